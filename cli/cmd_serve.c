/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_serve.c: waits for services that call, until it is told to stop. How a call is answered is
 * in serving.c; here is what a service of the system needs: a socket, signals, a word to
 * systemd.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/daily.h"
#include "cli/readers.h"
#include "cli/serving.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

enum { LENT_SOCKET = 3, INFORMATION = 6, ERROR = 3 };

static const struct option_row rows[] = {
	{ "listen", OPTION_TEXT, "ADDRESS",
	  N_("Where to wait for calls (default: server.listen of opinia.conf)") },
};

/* What libsystemd's sd_notify() does: a datagram to the socket that is named. */
static void notify(const char *what)
{
	const char *to = getenv("NOTIFY_SOCKET");
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t n = to ? strlen(to) : 0;
	int fd;

	if (!n || n >= sizeof(at.sun_path) || (to[0] != '/' && to[0] != '@'))
		return;
	memcpy(at.sun_path, to, n);
	if (to[0] == '@')
		at.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, what, strlen(what), MSG_NOSIGNAL, (struct sockaddr *)&at,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		fprintf(stderr, "opinia serve: NOTIFY_SOCKET\n");
	close(fd);
}

/* A socket that systemd opened for us; 0: none. */
static int lent_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int64_t n;

	if (!pid || !count || !sv_i64(sv_of(pid), &n) || n != getpid() ||
	    !sv_i64(sv_of(count), &n) || n < 1)
		return 0;
	return LENT_SOCKET;
}

static int read_options(struct program *p, const struct options *o,
			struct server_options *opt, struct err *err)
{
	struct sv proxy = setting_text(p->settings, "server", "behind_proxy");

	opt->listen =
		option_text(o, "listen", setting_text(p->settings, "server", "listen").p);
	opt->listen_fd = lent_socket();
	opt->behind_proxy = sv_eq(proxy, SV("yes"));
	opt->body_max = HOOK_BODY_MAX;
	if (!opt->behind_proxy && !sv_eq(proxy, SV("no")))
		return err_set(err, ERR_CONFIG,
			       "[server] behind_proxy = " SV_FMT ": yes or no",
			       SV_ARG(proxy));
	return 0;
}

static void reload(struct serving *s, const char *config)
{
	struct err err = ERR_NONE;

	if (serving_reload(s, config, &err))
		serving_log(s, ERROR, "%s; the sources stay as they were", err.text);
	else
		serving_log(s, INFORMATION, "opinia.conf was read again: %zu sources",
			    opinia_sources_count(s->sources.sources));
}

static void say_aside(void *self, bool failed, const char *what)
{
	serving_log(self, failed ? ERROR : INFORMATION, "%s", what);
}

/* Until SIGTERM or SIGINT; SIGHUP has opinia.conf read again. What is due once a day is done here,
 * by the thread that answers no call. */
static int wait_for_end(struct serving *s, struct daily *d, const char *config,
			struct err *err)
{
	struct reader_watch readers = { .p = s->p, .say = say_aside, .self = s };
	bool again = true;

	while (again) {
		struct cancel stop;
		int rc = cancel_init(&stop, err);

		if (rc)
			return rc;
		configured_signals(&stop);
		do {
			daily_round(d, &stop);
			readers_round(&readers, &stop);
		} while (!cancel_sleep(&stop, DAILY_LOOK_MS));
		again = configured_asked_again();
		configured_signals(NULL);
		cancel_release(&stop);
		if (again)
			reload(s, config);
	}
	return 0;
}

static size_t hook_count(const struct opinia_sources *s)
{
	size_t n = 0;

	for (size_t i = 0; i < opinia_sources_count(s); i++)
		n += opinia_sources_at(s, i)->hooks;
	return n;
}

static int serve(struct serving *s, struct server_options *opt, const char *config,
		 struct err *err)
{
	struct opinia_server *server;
	struct daily daily;
	int rc;

	daily_begin(&daily, s->p, say_aside, s);
	rc = opinia_server_start(&server, opt, err);
	if (rc)
		return rc;
	serving_log(s, INFORMATION, "listening at port %u for %zu sources",
		    (unsigned)opinia_server_port(server), hook_count(s->sources.sources));
	notify("READY=1");
	rc = wait_for_end(s, &daily, config, err);
	notify("STOPPING=1");
	opinia_server_stop(server);
	serving_log(s, INFORMATION, "stopped");
	return rc;
}

static int serve_run(struct program *p, const struct options *o, struct err *err)
{
	struct server_options opt = { .listen = NULL };
	struct serving s;
	const char *config = option_text(
		o, "config", arena_printf(&p->arena, "%s/opinia.conf", p->store_dir));
	int rc;

	configured_signals(NULL); /* a SIGHUP that comes early must not end it */
	rc = serving_open(&s, p, err);
	opt.handler = (struct server_handler){ &s, serving_answer, serving_finish };
	if (!rc)
		rc = read_options(p, o, &opt, err);
	if (!rc)
		rc = serve(&s, &opt, config, err);
	serving_close(&s);
	return rc;
}

const struct subcommand cmd_serve = {
	.name = "serve",
	.args = "",
	.summary = N_("Take in what services send by themselves"),
	.opens = OPENS_ANALYZER | OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = serve_run,
	.examples = "  opinia serve\n"
		    "  opinia serve --listen 127.0.0.1:9000\n",
};
