/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash.h: a machine that stops at the n-th sync, cut or rename. Included by one file of a test program,
 * it takes the place of these calls, for our code and for LMDB's: the n-th of them kills the process
 * before it is done.
 */
#ifndef OPINIA_TESTS_STORE_CRASH_H
#define OPINIA_TESTS_STORE_CRASH_H

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int crash_at, crash_seen; /* 0: never */

static void crash_point(void)
{
	if (crash_at && ++crash_seen == crash_at)
		kill(getpid(), SIGKILL);
}

int fsync(int fd)
{
	crash_point();
	return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	crash_point();
	return (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t bytes)
{
	crash_point();
	return (int)syscall(SYS_ftruncate, fd, bytes);
}

int rename(const char *from, const char *to)
{
	crash_point();
	return (int)syscall(SYS_rename, from, to);
}

/*
 * Run @step in a child that stops at its @n-th point. 1: it was stopped, 0: it came to its end with
 * 0, -1: it failed.
 */
static int crash_run(int n, int (*step)(void *self), void *self)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		crash_at = n;
		crash_seen = 0;
		_exit(step(self) != 0);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return 1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

#endif
