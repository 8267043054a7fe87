/*
 * A system call that touches nothing but registers: no errno, which is the caller's thread's. For code
 * that runs beside another on the same memory, as inside/net.c does. Returns what the kernel returns:
 * a negative number is -errno.
 */
#pragma once

#if defined(__x86_64__) && !defined(__ILP32__)
#define HAVE_RAW_SYSCALL 1
static inline long raw_syscall3(long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
#define HAVE_RAW_SYSCALL 1
static inline long raw_syscall3(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;

    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}
#elif defined(__riscv) && __riscv_xlen == 64
#define HAVE_RAW_SYSCALL 1
static inline long raw_syscall3(long number, long a, long b, long c)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}
#else
#define HAVE_RAW_SYSCALL 0
static inline long raw_syscall3(long number, long a, long b, long c)
{
    (void)number, (void)a, (void)b, (void)c;
    return -38; /* ENOSYS; never called: see plan->net_beside */
}
#endif
