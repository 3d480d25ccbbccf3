/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_full.c: more callers than descriptors. The server waits without turning in a circle, and
 * when they are gone it answers again. A plain main(): it forks, and lowers its own limits.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/server/peer.h"

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The crowd is another process, so that its descriptors are not ours. */
static pid_t crowd(int to[2], int ready[2])
{
	pid_t pid = fork();
	uint16_t port;

	if (pid)
		return pid;
	if (read(to[0], &port, sizeof(port)) != sizeof(port))
		_exit(1);
	for (int i = 0; i < 400; i++)
		peer_connect(port);
	if (write(ready[1], "x", 1) != 1 || read(to[0], &port, 2) != 2)
		_exit(1);
	_exit(0);
}

static int fail(const char *what)
{
	fprintf(stderr, "thread_full: %s\n", what);
	return 1;
}

int main(void)
{
	static const char ask[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
	struct rlimit few = { 200, 200 };
	struct echo e = { 0 };
	struct opinia_server *s;
	int to[2], ready[2], rc = 0, status = 0;
	char out[2000], c;
	uint16_t port;
	double before;
	pid_t pid;
	bool closed;

	if (pipe(to) || pipe(ready))
		return fail("no pipe");
	pid = crowd(to, ready);
	setrlimit(RLIMIT_NOFILE, &few);
	s = peer_server(&e, 1000, 0);
	port = opinia_server_port(s);
	if (write(to[1], &port, sizeof(port)) != (ssize_t)sizeof(port) ||
	    read(ready[0], &c, 1) != 1)
		return fail("the crowd did not come");
	before = cpu_seconds();
	sleep(1);
	if (cpu_seconds() - before > 0.5)
		rc = fail("it spins");
	if (write(to[1], "xx", 2) != 2 || waitpid(pid, NULL, 0) != pid)
		rc = fail("the crowd did not go");
	for (int i = 0; i < 50 && status != 200; i++) {
		status = peer_ask(port, ask, strlen(ask), out, sizeof(out), &closed);
		usleep(100000);
	}
	if (status != 200)
		rc = fail("no answer when there is room again");
	opinia_server_stop(s);
	return rc;
}
