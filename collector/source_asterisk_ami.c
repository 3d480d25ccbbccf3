/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_asterisk_ami.c: surveys the moment they are answered, from Asterisk's manager interface.
 * Events are not sent twice, so a log should be named as well. Then the log alone makes the
 * records and an event only has it read at once: the two can never tell an answer differently.
 * Without a log the events are the records, and what came while nobody listened is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/ami_link.h"
#include "collector/asterisk_cdr.h"
#include "collector/asterisk_queue.h"
#include "collector/phone.h"
#include "core/i18n.h"
#include "core/utf8.h"

/* FLOOD_MS: how long events of others may keep us from anything else. */
enum { KNOWN = 256, SETTLE_MS = 200, FLOOD_MS = 500, ROOM = 4 };

/* clang-format off */
static const struct source_row rows[] = {
	{ "address", ROW_TEXT, "HOST:PORT", "127.0.0.1:5038", 0, 0,
	  N_("Where the manager interface listens.") },
	{ "cdr", ROW_TEXT, "FILE", NULL, 0, 0,
	  N_("The call records that hold the scores, where queue_log does not.") },
	{ "columns", ROW_TEXT, "NAME,…", NULL, 0, 0, N_("Of cdr, as for asterisk-cdr.") },
	{ "events", ROW_TEXT, "EVENT[=SCORE]…", PHONE_EVENTS_PRESET, 0, 0,
	  N_("Names of the user events that are answers to a survey.") },
	{ "gmt", ROW_FLAG, NULL, "no", 0, 0, N_("Of cdr, as for asterisk-cdr.") },
	{ "plain", ROW_FLAG, NULL, "no", 0, 0,
	  N_("The address may be public though nothing is encrypted.") },
	{ "queue_log", ROW_TEXT, "FILE", NULL, 0, 0,
	  N_("The log that answers are read from; an event has it read at once.") },
	{ "separator", ROW_CHOICE, "comma|semicolon|tab|bar", "comma", 0, 0,
	  N_("Of cdr, as for asterisk-cdr.") },
	{ "system", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("Put before the ids of calls, where there are several exchanges.") },
	{ "user", ROW_TEXT, "NAME", "!", 0, 0, N_("Of manager.conf; it needs read = user.") },
};
/* clang-format on */

struct ami_source {
	struct source base; /* first member */
	const struct source_settings *settings;
	const struct collect_env *env;
	const struct adapter *inner; /* of the log; NULL: there is none */
	struct source *log;
	struct ami *link;
	struct ami_message message;
	bool waiting;	 /* @message is not taken yet */
	struct err lost; /* why we gave the link up while waiting, not told yet */
	struct phone_events events;
	struct keys keys;
	enum channel channel;
	struct aside aside;    /* without a log */
	uint64_t known[KNOWN]; /* answers given out last, a ring */
	size_t known_at;
};

/* ---- the link ---------------------------------------------------------------------------- */

static int link_up(struct ami_source *a, struct source_steps *steps, struct err *err)
{
	struct sv secrets[SECRETS_MAX];
	struct arena arena;
	size_t count;
	int rc;

	if (a->link)
		return 0;
	if (a->lost.code) {
		rc = err_set(err, a->lost.code, "%s", a->lost.text);
		a->lost = ERR_NONE;
		return rc;
	}
	arena_init(&arena, 64 << 10);
	rc = source_secrets(a->settings, "secret", &arena, secrets, &count, err);
	if (!rc) {
		struct ami_options opt = {
			.address = source_text(a->settings, "address"),
			.user = source_text(a->settings, "user"),
			.secret = secrets[0],
			.plain = source_flag(a->settings, "plain"),
			.timeout_ms = source_duration_ms(a->settings, "timeout"),
			.cancel = a->env->cancel,
		};

		rc = ami_open(&a->link, &opt, steps, err);
	}
	arena_release(&arena);
	return rc;
}

static void link_down(struct ami_source *a)
{
	ami_close(a->link);
	a->link = NULL;
	a->waiting = false;
}

/* An event that is a survey's, by @ms. Where it fails, the link is to be taken down. */
static int listen(struct ami_source *a, int64_t ms, bool *got, struct err *err)
{
	int64_t until = when_now() + ms;
	enum phone_part part;
	bool some = true;
	int rc = 0;

	*got = a->waiting;
	while (!rc && some && !*got) {
		int64_t left = until - when_now();

		if (cancel_asked(a->env->cancel))
			return cancel_said(err);
		if (left < -FLOOD_MS)
			break;
		if (left > ms)
			left = ms; /* the clock was put back */
		rc = ami_next(a->link, left > 0 ? left : 0, &a->message, &some, err);
		if (rc || !some)
			break;
		*got = phone_event_find(&a->events, ami_value(&a->message, "UserEvent"),
					&part) >= 0;
	}
	a->waiting = *got;
	return rc;
}

/* ---- events as records ------------------------------------------------------------------- */

static struct sv first_of(const struct ami_message *m, const char *const names[])
{
	for (; *names; names++)
		if (ami_value(m, *names).n)
			return ami_value(m, *names);
	return (struct sv){ NULL, 0 };
}

static int64_t time_of(const struct ami_source *a)
{
	struct sv stamp = ami_value(&a->message, "Timestamp");
	int64_t s, now = a->env->now == TIME_NONE ? when_now() : a->env->now;

	return sv_i64(sv_cut(&stamp, '.'), &s) && s > 631152000 && s < 3155759999
		       ? s * MS_SECOND
		       : now / MS_SECOND * MS_SECOND;
}

static bool is_known(struct ami_source *a, const struct phone_survey *s)
{
	const struct sv all[] = { s->call, s->event, s->question };
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t k = 0; k <= all[i].n; k++)
			h = (h ^ (unsigned char)(k < all[i].n ? all[i].p[k] : 0)) *
			    0x100000001b3;
	for (size_t i = 0; i < KNOWN; i++)
		if (a->known[i] == h)
			return true;
	a->known[a->known_at++ % KNOWN] = h;
	return false;
}

/* The event as it came, from its first key to its last value. */
static int set_aside(struct ami_source *a, const char *why, struct err *err)
{
	const struct ami_message *m = &a->message;
	struct sv raw = m->pair[0].key, end = m->pair[m->count - 1].value;
	int rc;

	raw.n = end.n ? (size_t)(end.p + end.n - raw.p) : raw.n;
	rc = aside_put(&a->aside, source_text(a->settings, "address"), why, raw, err);
	a->base.rejects = a->aside.said;
	a->base.reject_count = a->aside.said_count;
	a->base.rejected_path = a->aside.path;
	return rc;
}

static int keep(struct ami_source *a, struct batch *out, struct record *r,
		struct err *err)
{
	struct err why;

	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->occurrence = 1;
	if (!r->language.n)
		r->language = sv_of(source_text(a->settings, "language"));
	if (!record_check(r, &why)) {
		a->base.progress.records++;
		return 0;
	}
	batch_drop_last(out);
	a->base.progress.rejected++;
	return set_aside(a, why.text, err);
}

static bool describe(struct ami_source *a, struct batch *out, int event,
		     struct phone_survey *s)
{
	static const char *const pressed[] = { "Score", "Digits", "Keys", NULL };
	static const char *const language[] = { "Lang", "Language", NULL };
	static const char *const agent[] = { "Agent", "MemberName", NULL };
	const struct ami_message *m = &a->message;
	struct sv call = ami_value(m, "Uniqueid");
	const char *system = source_text(a->settings, "system");

	*s = (struct phone_survey){
		.channel = a->channel,
		.event = { a->events.at[event].name, a->events.at[event].n },
		.question = ami_value(m, "Question"),
		.language = first_of(m, language),
		.pressed = keys_pressed(first_of(m, pressed)),
		.agent = first_of(m, agent),
		.queue = ami_value(m, "Queue"),
		.customer = phone_caller(ami_value(m, "CallerIDNum")),
		.occurred_at = TIME_NONE,
		.asked_at = time_of(a),
		.answered_at = time_of(a),
	};
	if (sv_eq(s->agent, SV("NONE"))) /* the dialplan knows of none */
		s->agent = (struct sv){ NULL, 0 };
	s->call = call;
	if (system && !(sv_starts(call, sv_of(system)) && call.n > strlen(system) &&
			call.p[strlen(system)] == '-'))
		s->call = sv_of(
			arena_printf(&out->arena, "%s-" SV_FMT, system, SV_ARG(call)));
	s->origin = sv_of(
		arena_printf(&out->arena, "%s", source_text(a->settings, "address")));
	return s->origin.n &&
	       arena_copy(&out->arena, sv_of(a->settings->name), &s->source);
}

static int take_event(struct ami_source *a, struct batch *out, struct err *err)
{
	enum phone_part part;
	int event =
		phone_event_find(&a->events, ami_value(&a->message, "UserEvent"), &part);
	struct phone_survey s;
	enum keys_said said;
	int rc = 0;

	a->base.progress.rows++;
	if (event < 0 || part == PHONE_OFFER)
		return 0;
	if (!describe(a, out, event, &s))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!ami_value(&a->message, "Uniqueid").n) {
		source_tally(&a->base, N_("events without a call"), 1);
		return 0;
	}
	said = keys_read(&a->keys, a->events.at[event].which, s.pressed, &s.score);
	s.outcome = part == PHONE_HANGUP  ? OUTCOME_HANGUP
		    : said == KEYS_POINT  ? OUTCOME_ANSWERED
		    : said == KEYS_SILENT ? OUTCOME_NO_INPUT
					  : OUTCOME_INVALID;
	if (s.outcome == OUTCOME_ANSWERED && is_known(a, &s))
		return 0;
	if (phone_outcome_tally(s.outcome))
		source_tally(&a->base, phone_outcome_tally(s.outcome), 1);
	if (s.outcome == OUTCOME_ANSWERED)
		rc = keep(a, out, phone_answer(out, &s), err);
	return rc ? rc : keep(a, out, phone_invitation(out, &s), err);
}

/* ---- the adapter ------------------------------------------------------------------------- */

static void show_log(struct ami_source *a)
{
	struct source *log = a->log;

	a->base.progress = log->progress;
	a->base.rejects = log->rejects;
	a->base.reject_count = log->reject_count;
	a->base.rejected_path = log->rejected_path;
	memcpy(a->base.tallies, log->tallies, sizeof(log->tallies));
	a->base.tally_count = log->tally_count;
}

static int pull_log(struct ami_source *a, struct sv cursor, struct batch *out,
		    struct err *err)
{
	int rc = a->inner->pull(a->log, cursor, out, err);

	show_log(a);
	return rc;
}

/* The log first; the link only once it is read, and the log again behind a new link. */
static int pull_both(struct ami_source *a, struct sv cursor, struct batch *out,
		     struct err *err)
{
	bool had = a->link != NULL;
	int rc;

	a->waiting = false;
	rc = pull_log(a, cursor, out, err);
	if (rc || out->count || out->cursor.n)
		return rc;
	rc = link_up(a, NULL, err);
	return rc || had ? rc : pull_log(a, cursor, out, err);
}

static int ami_pull(struct source *s, struct sv cursor, struct batch *out,
		    struct err *err)
{
	struct ami_source *a = (struct ami_source *)s;
	bool got = true;
	int rc;

	if (a->log)
		return pull_both(a, cursor, out, err);
	rc = link_up(a, NULL, err);
	while (!rc && got && out->count + ROOM <= BATCH_RECORDS) {
		rc = listen(a, 0, &got, err);
		if (rc)
			link_down(a);
		else if (got)
			rc = take_event(a, out, err);
		a->waiting = false;
	}
	if (aside_sync(&a->aside, err))
		return ERR_SYSTEM;
	/* What came before the cut has no second chance. */
	return out->count ? 0 : rc;
}

static int ami_wait(struct source *s, int64_t ms, struct err *err)
{
	struct ami_source *a = (struct ami_source *)s;
	struct err why = ERR_NONE;
	bool got;
	int rc;

	if (!a->link)
		return cancel_sleep(a->env->cancel, ms) ? cancel_said(err) : 0;
	rc = listen(a, ms, &got, &why);
	/* Asterisk was started anew: it is called again. Of all else its owner should hear. */
	if (rc == ERR_UNAVAILABLE && !ami_cut(a->link))
		a->lost = why;
	if (rc)
		link_down(a);
	if (rc == ERR_AGAIN)
		return cancel_said(err);
	/* The dialplan may tell us first and the log a moment later. */
	if (got && a->log && cancel_sleep(a->env->cancel, SETTLE_MS))
		return cancel_said(err);
	return 0;
}

static int ami_test(struct source *s, struct source_steps *steps, struct err *err)
{
	struct ami_source *a = (struct ami_source *)s;
	int rc = a->log ? a->inner->test(a->log, steps, err) : 0;

	link_down(a);
	return rc ? rc : link_up(a, steps, err);
}

static void ami_source_close(struct source *s)
{
	struct ami_source *a = (struct ami_source *)s;

	if (!a)
		return;
	ami_close(a->link);
	aside_release(&a->aside);
	if (a->log)
		a->inner->close(a->log);
	free(a);
}

static int open_log(struct ami_source *a, const struct source_config *config,
		    struct err *err)
{
	const char *queue_log = source_text(a->settings, "queue_log"),
		   *cdr = source_text(a->settings, "cdr");

	if (queue_log && cdr) {
		err_set(err, ERR_CONFIG,
			"queue_log and cdr: name the one that the dialplan writes scores "
			"to, or each answer would be there twice");
		return source_at(a->settings, "cdr", err);
	}
	if (queue_log) {
		a->inner = &adapter_asterisk_queue;
		return asterisk_queue_open(&a->log, a->inner, config, queue_log, err);
	}
	if (!cdr) {
		aside_init(&a->aside, a->env->rejected_dir, a->settings->name);
		return 0;
	}
	a->inner = &adapter_asterisk_cdr;
	return asterisk_cdr_open(&a->log, a->inner, config, cdr, err);
}

static int ami_source_open(struct source **out, const struct source_config *config,
			   struct err *err)
{
	struct ami_source *a = calloc(1, sizeof(*a));
	const char *channel = config->options->channel;
	int rc;

	*out = NULL;
	if (!a)
		return err_set(err, ERR_SYSTEM, "out of memory");
	a->base.adapter = &adapter_asterisk_ami;
	a->settings = config->settings;
	a->env = config->env;
	a->channel = CHANNEL_PHONE;
	a->aside.fd = -1;
	if (channel)
		channel_find(sv_of(channel), &a->channel);
	rc = keys_init(&a->keys, a->settings, config->options, err);
	if (!rc) {
		rc = phone_events_parse(&a->events,
					sv_of(source_text(a->settings, "events")), err);
		if (rc)
			source_at(a->settings, "events", err);
	}
	if (!rc)
		rc = open_log(a, config, err);
	if (rc) {
		ami_source_close(&a->base);
		return rc;
	}
	*out = &a->base;
	return 0;
}

const struct adapter adapter_asterisk_ami = {
	.kind = "asterisk-ami",
	.summary =
		N_("Asterisk's manager interface: surveys the moment they are answered"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = ami_source_open,
	.pull = ami_pull,
	.wait = ami_wait,
	.test = ami_test,
	.close = ami_source_close,
};
