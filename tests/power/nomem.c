/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nomem.c: a library to be preloaded: the allocation with the number NOMEM_AT, from 0, fails; with
 * NOMEM_STICK all after it as well. NOMEM_COUNT names a file that gets how many there were. For programs
 * that go on running, NOMEM_LEFT names a file of 8 bytes, a number that may be set at any time: so many go
 * well, then one fails; below 0 none does.
 *
 * zstd 1.5.4 does not look everywhere whether it got memory, and glibc's getpwuid() takes it for
 * granted: who dies inside them leaves with IN_LIBRARY, so that the tests can tell that from a fault of ours.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own names of what is replaced here: looking them up would allocate. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

enum { IN_LIBRARY = 99, FRAMES = 32 };

static long calls, fail_at = -1;
static bool counting, stick;
static long *left; /* in the file; NULL: there is none */

static void count_down(void)
{
	const char *path = getenv("NOMEM_COUNT");
	char text[32];
	int fd, n = snprintf(text, sizeof(text), "%ld\n", calls);

	fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	if (fd >= 0 && write(fd, text, (size_t)n) == n)
		close(fd);
}

static void died(int signal_number)
{
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES);
	Dl_info of;

	for (int i = 0; i < n; i++)
		if (dladdr(frames[i], &of) &&
		    ((of.dli_fname && strstr(of.dli_fname, "libzstd")) ||
		     (of.dli_sname && !strncmp(of.dli_sname, "getpwuid", 8))))
			_exit(IN_LIBRARY);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void map_left(void)
{
	const char *path = getenv("NOMEM_LEFT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED
			 : mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED,
				fd, 0);

	if (fd >= 0)
		close(fd);
	left = p == MAP_FAILED ? NULL : p;
}

/* Is it the one that fails? */
static bool left_fails(void)
{
	long n = left ? __atomic_load_n(left, __ATOMIC_SEQ_CST) : -1;

	while (n >= 0 && !__atomic_compare_exchange_n(left, &n, n - 1, false,
						      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	return n == 0;
}

/* After the constructors of the libraries that came with the program: what they ask for is not ours. */
__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("NOMEM_AT");

	fail_at = at ? strtol(at, NULL, 10) : -1;
	stick = getenv("NOMEM_STICK");
	map_left();
	atexit(count_down);
	backtrace((void *[1]){ NULL }, 1); /* loads what it needs now */
	signal(SIGABRT, died);
	signal(SIGSEGV, died);
	counting = true;
}

static bool fails(void)
{
	long k;

	if (!counting)
		return false;
	k = __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
	if (!left_fails() && (fail_at < 0 || k < fail_at || (k > fail_at && !stick)))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t count, size_t n)
{
	return fails() ? NULL : __libc_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}
