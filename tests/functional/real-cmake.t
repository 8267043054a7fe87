#!/usr/bin/env bash
# A project of several languages is configured by cmake and built with make, tested with ctest and installed,
# under the policies `default' and `build'.
# shellcheck disable=SC2016 # what is in single quotes is for cmake
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need gcc g++ make cmake

mkdir project
cat > project/CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.13)
project(real C CXX)
enable_testing()
find_package(Threads REQUIRED)
include(CheckFunctionExists)
check_function_exists(memfd_create HAVE_MEMFD_CREATE)
configure_file(config.h.in config.h)
add_library(thing SHARED thing.c)
target_include_directories(thing PRIVATE ${CMAKE_BINARY_DIR})
add_executable(program main.cc)
target_link_libraries(program thing Threads::Threads)
add_custom_command(OUTPUT made.txt COMMAND program > made.txt DEPENDS program)
add_custom_target(made ALL DEPENDS made.txt)
add_test(NAME runs COMMAND program)
install(TARGETS program thing RUNTIME DESTINATION bin LIBRARY DESTINATION lib)
END
echo '#cmakedefine HAVE_MEMFD_CREATE 1' > project/config.h.in
cat > project/thing.c << 'END'
#include "config.h"
#ifndef HAVE_MEMFD_CREATE
#error "it was not found"
#endif
int thing(int n) { return n * n; }
END
cat > project/main.cc << 'END'
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <condition_variable>
#include <stdexcept>
#include <thread>
#include <vector>
extern "C" int thing(int);
int main()
{
    std::atomic<int> sum{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) threads.emplace_back([&sum, i] { sum += thing(i); });
    for (auto &t : threads) t.join();
    std::mutex m;
    std::condition_variable ready;
    bool is = false;
    auto waiting = std::async(std::launch::async, [&] { std::unique_lock l(m); ready.wait(l, [&] { return is; }); return 7; });
    { std::lock_guard l(m); is = true; }
    ready.notify_all();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    auto folder = std::filesystem::temp_directory_path() / ("x" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "file") << "text";
    auto size = std::filesystem::file_size(folder / "file");
    std::filesystem::remove_all(folder);
    try { throw std::runtime_error("caught"); }
    catch (std::exception &e) { std::cout << e.what() << " " << sum << " " << waiting.get() << " " << size << "\n"; }
}
END
cat > build.sh << 'END'
set -eu
build=$(mktemp -d)
cmake -S project -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$build/installed" > "$build.log"
cmake --build "$build" -j2 >> "$build.log"
cat "$build/made.txt"
(cd "$build" && ctest | grep -o '[0-9]*% tests passed')
cmake --install "$build" >> "$build.log"
ls "$build/installed"
make -C "$build" -s clean
echo done
END
t_real_same "cmake, make, ctest, install" bash build.sh

t_done
