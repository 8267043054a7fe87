#include "base/trim.h"
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* The linker's name for the start of the file in memory. A static PIE has no PT_PHDR that would tell. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

void trim_code(void)
{
    const ElfW(Ehdr) *file = (const ElfW(Ehdr) *)(const void *)__ehdr_start;
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)(const void *)(__ehdr_start + file->e_phoff);
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), base = (uintptr_t)__ehdr_start, bias = base;

    for (size_t i = file->e_phnum; i-- > 0;)
        if (headers[i].p_type == PT_LOAD && headers[i].p_offset == 0)
            bias = base - headers[i].p_vaddr;
    for (size_t i = 0; i < file->e_phnum; i++) {
        uintptr_t start = (bias + headers[i].p_vaddr) & -page;
        uintptr_t end = bias + headers[i].p_vaddr + headers[i].p_memsz;

        /* Never written: dropped pages come back from the file as they were (madvise(2)). */
        if (headers[i].p_type == PT_LOAD && !(headers[i].p_flags & PF_W))
            madvise((void *)start, end - start, MADV_DONTNEED);
    }
}
