/* The sanitizers of --enable-sanitizers, as the code needs to know of them. */
#pragma once
#include <stdbool.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define HUSK_ASAN
#endif
#endif
#if defined __SANITIZE_ADDRESS__ && !defined HUSK_ASAN
#define HUSK_ASAN
#endif

#ifdef HUSK_ASAN
#include <sanitizer/lsan_interface.h>
enum { WITH_ASAN = true };
#else
enum { WITH_ASAN = false };
/* The leak sanitizer is not to report P, of calloc. */
#define __lsan_ignore_object(p) ((void)(p))
#endif
