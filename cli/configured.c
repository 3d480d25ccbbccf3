/* SPDX-License-Identifier: Apache-2.0 */
/* configured.c: see configured.h. */
#include "cli/configured.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A signal handler knows nothing but globals. */
static struct cancel *signalled;
static volatile sig_atomic_t again, ended;

static void on_signal(int number)
{
	if (number == SIGHUP)
		again = 1;
	else
		ended = 1;
	if (signalled)
		cancel_ask(signalled);
}

void configured_signals(struct cancel *stop)
{
	struct sigaction act = { .sa_handler = on_signal };
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	signalled = stop;
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &act, NULL);
	signal(SIGPIPE, SIG_IGN);     /* a peer that hangs up is an error of write() */
	if (stop && (ended || again)) /* it came while nobody listened */
		cancel_ask(stop);
}

bool configured_asked_again(void)
{
	bool was = again != 0 && !ended;

	again = 0;
	return was;
}

const char *configured_mime(struct program *p)
{
	const char *beside = program_data("opinia-mime", &p->arena);
	const char *installed =
		program_data("../../libexec/opinia/opinia-mime", &p->arena);

	return access(beside, X_OK) == 0 ? beside : installed;
}

int configured_open(struct configured_sources *c, struct program *p,
		    const struct cancel *cancel, bool write, struct err *err)
{
	struct sv ca = setting_text(p->settings, "collect", "ca_file");

	*c = (struct configured_sources){ .sources = NULL };
	c->env = (struct collect_env){
		.zone = p->zone,
		.cancel = cancel,
		.maps = { arena_printf(&p->arena, "%s/maps.d", p->store_dir),
			  program_data("maps", &p->arena) },
		.rejected_dir =
			write ? arena_printf(&p->arena, "%s/rejected", p->store_dir)
			      : NULL,
		.mime_program = configured_mime(p),
		.credentials = getenv("CREDENTIALS_DIRECTORY"),
		.ca_file = ca.n ? ca.p : NULL,
		.now = p->fixed_now ? p->now : TIME_NONE,
	};
	if (!c->env.maps[0] || (write && !c->env.rejected_dir))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return opinia_sources_open(&c->sources, p->settings, &c->env, err);
}

void configured_close(struct configured_sources *c)
{
	opinia_sources_close(c->sources);
	c->sources = NULL;
}
