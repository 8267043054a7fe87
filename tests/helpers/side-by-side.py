#!/usr/bin/env python3
"""Uses what programs use to do several things at once: threads, processes of each kind, pipes, shared
memory, semaphores, local sockets, a database; and asks for names and interfaces. Prints "done"."""
import asyncio
import concurrent.futures
import multiprocessing
import multiprocessing.shared_memory
import os
import select
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading


def square(n):
    return n * n


def threads():
    lock, results = threading.Lock(), []

    def work(n):
        with lock:
            results.append(square(n))

    workers = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(results) == [square(n) for n in range(16)]


def processes():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            assert list(pool.map(square, range(4))) == [0, 1, 4, 9]
    assert subprocess.run(["sh", "-c", "exit 7"], check=False, start_new_session=True).returncode == 7
    child = os.posix_spawn("/bin/sleep", ["sleep", "100"], os.environ)
    pidfd = os.pidfd_open(child)
    signal.pidfd_send_signal(pidfd, signal.SIGTERM)
    assert os.waitpid(child, 0)[1] == signal.SIGTERM


def shared():
    memory = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
    memory.buf[:4] = b"abcd"
    memory.close()
    memory.unlink()
    with multiprocessing.Semaphore(1):
        pass
    with open(os.memfd_create("x"), "w", encoding="ascii") as file:
        file.write("x")


async def talk():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()

    for family, host in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
        server = await asyncio.start_server(answer, host, 0, family=family)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(b"hello\n")
        assert await reader.readline() == b"HELLO\n"
        writer.close()
        server.close()
    process = await asyncio.create_subprocess_exec("echo", "a", stdout=subprocess.PIPE)
    assert (await process.communicate())[0] == b"a\n"


def sockets():
    a, b = socket.socketpair()
    socket.send_fds(a, [b"x"], [0])
    os.close(socket.recv_fds(b, 1, 1)[1][0])
    poll = select.epoll()
    poll.register(b, select.EPOLLIN)
    assert not poll.poll(0)
    assert "lo" in [name for _, name in socket.if_nameindex()]
    assert socket.getaddrinfo("localhost", 80)


def database():
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(folder + "/base")
        assert base.execute("pragma journal_mode=wal").fetchone() == ("wal",)
        base.execute("create table t (a)")
        base.executemany("insert into t values (?)", [(n,) for n in range(100)])
        base.commit()
        assert base.execute("select sum(a) from t").fetchone() == (4950,)
        base.close()


if __name__ == "__main__":
    threads()
    processes()
    shared()
    asyncio.run(talk())
    sockets()
    database()
    print("done")
