/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_child.c: see mail_child.h. A pair of sockets instead of pipes: a child that died gives an
 * error and no SIGPIPE, without touching the signals of the program.
 */
#include "collector/mail_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mime_wire.h"
#include "core/when.h"

enum { ANSWER_MS = 30000, PIECE = 64 << 10, LENGTH = 4 };

void mail_child_init(struct mail_child *c, const char *program,
		     const struct cancel *cancel)
{
	*c = (struct mail_child){ .program = program, .cancel = cancel, .fd = -1 };
	buf_init(&c->answer, MIME_ANSWER_MAX + 1024);
}

/* It is killed and not asked: it holds nothing, and may be deep in a mail that never ends. */
void mail_child_stop(struct mail_child *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	c->pid = 0;
}

void mail_child_release(struct mail_child *c)
{
	mail_child_stop(c);
	buf_release(&c->answer);
}

/* No descriptor but its three, no environment, no blocked or ignored signal is passed on. */
static int spawn(struct mail_child *c, int end)
{
	char *const argv[] = { (char *)c->program, NULL };
	char *const env[] = { (char *)"LC_ALL=C.UTF-8", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc)
		return rc;
	rc = posix_spawnattr_init(&how);
	if (rc) {
		posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn_file_actions_adddup2(&files, end, STDIN_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&files, end, STDOUT_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
						      O_WRONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	if (!rc)
		rc = posix_spawn(&c->pid, c->program, &files, &how, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return rc;
}

static int start(struct mail_child *c, struct err *err)
{
	int pair[2], rc;

	if (c->fd >= 0)
		return 0;
	if (!c->program)
		return err_set(err, ERR_SYSTEM, "no program that reads mails is known");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return err_set(err, ERR_SYSTEM, "a pair of sockets: %s", strerror(errno));
	if (pair[1] <= STDERR_FILENO) { /* its place is taken by the child's own */
		close(pair[0]);
		close(pair[1]);
		return err_set(err, ERR_SYSTEM,
			       "standard input, output or error is closed");
	}
	rc = spawn(c, pair[1]);
	close(pair[1]);
	if (rc) {
		close(pair[0]);
		c->pid = 0;
		return err_set(err, ERR_SYSTEM, "%s: %s", c->program, strerror(rc));
	}
	c->fd = pair[0];
	return 0;
}

/* ERR_UNAVAILABLE: it has gone, or does not read. */
static int wait_writable(struct mail_child *c, int64_t until, struct err *err)
{
	struct pollfd p[2] = { { .fd = c->fd, .events = POLLOUT },
			       { .fd = cancel_fd(c->cancel), .events = POLLIN } };
	int64_t left = until - when_now();

	if (cancel_asked(c->cancel))
		return cancel_said(err);
	if (left <= 0)
		return ERR_UNAVAILABLE;
	poll(p, 2, (int)left);
	return cancel_asked(c->cancel) ? cancel_said(err) : 0;
}

static int send_all(struct mail_child *c, const char *p, size_t n, struct err *err)
{
	int64_t until = when_now() + ANSWER_MS;

	while (n) {
		ssize_t put = send(c->fd, p, n < PIECE ? n : PIECE,
				   MSG_NOSIGNAL | MSG_DONTWAIT);
		int rc = 0;

		if (put >= 0) {
			p += put;
			n -= (size_t)put;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			rc = wait_writable(c, until, err);
		} else if (errno != EINTR) {
			rc = ERR_UNAVAILABLE;
		}
		if (rc)
			return rc;
	}
	return 0;
}

static int send_mail(struct mail_child *c, struct sv mail, struct err *err)
{
	char head[LENGTH];
	int rc;

	for (int i = 0; i < LENGTH; i++)
		head[i] = (char)(mail.n >> (8 * i));
	rc = send_all(c, head, sizeof(head), err);
	return rc ? rc : send_all(c, mail.p, mail.n, err);
}

/* One mail to a running child. Whatever goes wrong, the child is done for. */
static int exchange(struct mail_child *c, struct sv mail, struct err *err)
{
	bool end = false;
	int rc = send_mail(c, mail, err);

	if (!rc)
		rc = mime_receive(c->fd, &c->answer, MIME_ANSWER_MAX, ANSWER_MS,
				  c->cancel, &end, err);
	if (!rc && !end)
		return 0;
	mail_child_stop(c);
	return rc == ERR_AGAIN ? rc : ERR_UNAVAILABLE;
}

int mail_child_ask(struct mail_child *c, struct sv mail, struct sv *fields,
		   struct err *err)
{
	bool fresh = c->fd < 0;
	int rc;

	if (!mail.n)
		return err_set(err, ERR_INPUT, "it is empty");
	if (mail.n > MIME_MAIL_MAX)
		return err_set(err, ERR_INPUT, "it is over 25 MiB");
	rc = start(c, err);
	if (!rc)
		rc = exchange(c, mail, err);
	if (rc == ERR_UNAVAILABLE && !fresh) { /* an earlier mail may have hurt it */
		rc = start(c, err);
		if (!rc)
			rc = exchange(c, mail, err);
	}
	if (rc == ERR_UNAVAILABLE)
		return err_set(err, ERR_INPUT, "the mail took the reader down");
	if (!rc)
		*fields = buf_sv(&c->answer);
	return rc;
}
