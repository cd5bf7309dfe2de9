#define _GNU_SOURCE
#include "CDiskFaults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

// The executable's functions take precedence over glibc's for every library in the process.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static _Thread_local struct {
    int calls, wait, times, error, failed;
} plan;

void disk_fail(int calls, int first, int times, int error) {
    plan.calls = calls;
    plan.wait = first - 1;
    plan.times = times;
    plan.error = error;
    plan.failed = 0;
}

int disk_heal(void) {
    plan.calls = 0;
    return plan.failed;
}

#ifdef SANITIZED
bool disk_can_fail(void) { return false; }
#else
bool disk_can_fail(void) { return true; }

static bool fails(int call) {
    if ((plan.calls & call) == 0) return false;
    if (plan.wait > 0) {
        plan.wait--;
        return false;
    }
    if (plan.times == 0) return false;
    plan.times--;
    plan.failed++;
    errno = plan.error;
    return true;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return fails(disk_write) ? -1 : syscall(SYS_pwrite64, file, bytes, count, offset);
}

int fsync(int file) { return fails(disk_flush) ? -1 : (int)syscall(SYS_fsync, file); }

int fdatasync(int file) { return fails(disk_flush) ? -1 : (int)syscall(SYS_fdatasync, file); }

int ftruncate64(int file, off64_t size) {
    return fails(disk_truncate) ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

int rename(const char *name, const char *other) {
    return fails(disk_rename) ? -1 : (int)syscall(SYS_rename, name, other);
}

int open64(const char *name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if ((flags & O_CREAT) != 0 && fails(disk_create)) return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}
#endif
