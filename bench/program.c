/* SPDX-License-Identifier: Apache-2.0 */
/* program.c: see program.h. */
#include "bench/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench/bench.h"

struct ran program_run(const char *const argv[])
{
	char *envp[] = { NULL };
	posix_spawn_file_actions_t quiet;
	struct rusage used;
	struct ran ran;
	double began;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	began = seconds_now();
	if (posix_spawn(&pid, argv[0], &quiet, NULL, (char *const *)(uintptr_t)argv,
			envp) ||
	    wait4(pid, &status, 0, &used) != pid || status)
		die("%s %s failed", argv[0], argv[1] ? argv[1] : "");
	ran.wall = seconds_now() - began;
	ran.worked = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	posix_spawn_file_actions_destroy(&quiet);
	return ran;
}
