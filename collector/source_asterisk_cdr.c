/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_asterisk_cdr.c: Asterisk's call records, Master.csv. A record is an interaction; where
 * the dialplan put a score into its user field (`csat=4;nps=9`) it is feedback as well. A call
 * may have several records, and a user field may stand in each: the first one counts.
 */
#include "collector/asterisk_cdr.h"

#include <stdlib.h>
#include <string.h>

#include "collector/cdr_row.h"
#include "collector/phone.h"
#include "core/i18n.h"

enum { ROOM = 24, KNOWN = 64 };

/* clang-format off */
static const struct source_row rows[] = {
	{ "columns", ROW_TEXT, "NAME,…", NULL, 0, 0,
	  N_("The columns in their order, where cdr_custom decides it: start,src,-,uniqueid.") },
	{ "events", ROW_TEXT, "NAME[=SCORE]…", PHONE_EVENTS_PRESET, 0, 0,
	  N_("Names in the user field that are scores: csat=4 is CSAT.") },
	{ "gmt", ROW_FLAG, NULL, "no", 0, 0, N_("Times are in UTC (usegmtime), else local.") },
	{ "path", ROW_TEXT, "FILE", "/var/log/asterisk/cdr-csv/Master.csv", 0, 0,
	  N_("The file; those it was rotated to are found beside it.") },
	{ "separator", ROW_CHOICE, "comma|semicolon|tab|bar", "comma", 0, 0,
	  N_("What stands between the columns.") },
	{ "system", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("Put before the ids of calls, where there are several exchanges.") },
};
/* clang-format on */

struct cdr_source {
	struct log_source log; /* first member */
	struct phone_events events;
	struct cdr_order order;
	const struct zone *zone;
	struct sv system;
	uint64_t known[KNOWN]; /* answers given out last, a ring */
	uint32_t known_at;
	struct arena arena; /* of one line */
	struct buf text;
};

static uint64_t hash_of(struct sv s)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return h;
}

/* ---- a record ---------------------------------------------------------------------------- */

static bool when(const struct cdr_source *c, struct sv s, int64_t *out)
{
	*out = TIME_NONE;
	return !s.n || when_parse_iso(s, c->zone, out);
}

/* The call that everything of it meets under; empty: a file without ids. */
static struct sv call_of(const struct cdr_source *c, const struct cdr_row *row,
			 struct arena *a)
{
	struct sv id =
		row->at[CDR_LINKEDID].n ? row->at[CDR_LINKEDID] : row->at[CDR_UNIQUEID];
	struct sv sys = c->system;

	if (!id.n || !sys.n || (sv_starts(id, sys) && id.n > sys.n && id.p[sys.n] == '-'))
		return id;
	return sv_of(arena_printf(a, SV_FMT "-" SV_FMT, SV_ARG(sys), SV_ARG(id)));
}

/* PJSIP/1001-0000002a: the agent's line. */
static struct sv agent_of(struct sv channel)
{
	size_t n = channel.n;

	while (n > 0 && channel.p[n - 1] != '-')
		n--;
	return n > 1 ? sv_sub(channel, 0, n - 1) : channel;
}

static struct sv queue_of(const struct cdr_row *row)
{
	struct sv data = row->at[CDR_LASTDATA];

	return sv_ieq(row->at[CDR_LASTAPP], SV("Queue")) ? sv_cut(&data, ',')
							 : (struct sv){ NULL, 0 };
}

static struct sv customer_of(const struct cdr_row *row)
{
	struct sv number = cdr_number(row->at[CDR_CLID]);

	return phone_caller(row->at[CDR_SRC].n ? row->at[CDR_SRC] : number);
}

/* (uniqueid, sequence), else what the line says: several records of a call have one id. */
static struct sv record_id(const struct cdr_source *c, const struct cdr_row *row,
			   struct arena *a)
{
	struct sv id = row->at[CDR_UNIQUEID], n = row->at[CDR_SEQUENCE];
	const char *text;

	if (id.n && n.n)
		text = arena_printf(a, SV_FMT "%s" SV_FMT "#" SV_FMT, SV_ARG(c->system),
				    c->system.n ? "-" : "", SV_ARG(id), SV_ARG(n));
	else
		text = arena_printf(a, SV_FMT "%s" SV_FMT "#%016llx", SV_ARG(c->system),
				    c->system.n ? "-" : "", SV_ARG(id),
				    (unsigned long long)hash_of(c->log.line));
	return sv_of(text);
}

static struct sv outcome_of(struct sv disposition, struct arena *a)
{
	char *p = arena_take(a, disposition.n + 1);

	if (!p)
		return (struct sv){ NULL, 0 };
	for (size_t i = 0; i < disposition.n; i++) {
		char ch = disposition.p[i];

		p[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch == ' ' ? '_' : ch;
	}
	return (struct sv){ p, disposition.n };
}

static bool fill(struct cdr_source *c, struct batch *out, const struct cdr_row *row,
		 const struct phone_survey *of, struct record *r)
{
	struct arena *a = &out->arena;
	bool answered = sv_eq(row->at[CDR_DISPOSITION], SV("ANSWERED"));

	r->source = of->source;
	r->origin = of->origin;
	r->channel = of->channel;
	r->occurred_at = of->occurred_at;
	if (!when(c, row->at[CDR_ANSWER], &r->first_response_at) ||
	    (answered && !when(c, row->at[CDR_END], &r->resolved_at)))
		return false;
	r->external_id = record_id(c, row, a);
	return r->external_id.n && arena_copy(a, of->call, &r->interaction) &&
	       arena_copy(a, of->customer, &r->customer) &&
	       arena_copy(a, of->agent, &r->agent) &&
	       arena_copy(a, of->queue, &r->queue) &&
	       phone_attr(out, r, "outcome", outcome_of(row->at[CDR_DISPOSITION], a));
}

/* Was this answer given out a moment ago, by another record of the same call? */
static bool is_known(struct cdr_source *c, const struct phone_survey *s)
{
	/* 17 digits in the cursor; never 0, which is a free place. */
	uint64_t h = (hash_of(s->call) * 31 + hash_of(s->event)) >> 8 | 1;

	for (size_t i = 0; i < KNOWN; i++)
		if (c->known[i] == h)
			return true;
	c->known[c->known_at++ % KNOWN] = h;
	return false;
}

static int give_score(struct cdr_source *c, struct batch *out, struct phone_survey *s,
		      unsigned which, struct err *err)
{
	struct log_source *l = &c->log;
	enum keys_said said = keys_read(&l->keys, which, s->pressed, &s->score);
	int rc = 0;

	if (is_known(c, s))
		return 0;
	s->outcome = said == KEYS_POINT	   ? OUTCOME_ANSWERED
		     : said == KEYS_SILENT ? OUTCOME_NO_INPUT
					   : OUTCOME_INVALID;
	if (phone_outcome_tally(s->outcome))
		source_tally(&l->base, phone_outcome_tally(s->outcome), 1);
	if (said == KEYS_POINT)
		rc = log_keep(l, out, phone_answer(out, s), err);
	s->asked_at = s->asked_at == TIME_NONE ? s->answered_at : s->asked_at;
	return rc ? rc : log_keep(l, out, phone_invitation(out, s), err);
}

/* csat=4;nps=9 */
static int give_scores(struct cdr_source *c, struct batch *out, struct sv field,
		       struct phone_survey *s, struct err *err)
{
	int rc = 0;

	for (size_t n = 0; !rc && field.n && n < RECORD_SCORES_MAX; n++) {
		struct sv value = sv_cut(&field, ';'),
			  name = sv_trim(sv_cut(&value, '='));

		for (size_t i = 0; !rc && i < c->events.count; i++) {
			struct sv event = { c->events.at[i].name, c->events.at[i].n };

			if (!sv_ieq(name, event))
				continue;
			s->event = event;
			s->pressed = keys_pressed(value);
			rc = give_score(c, out, s, c->events.at[i].which, err);
		}
	}
	return rc;
}

static int take_row(struct cdr_source *c, struct batch *out, const struct cdr_row *row,
		    struct err *err)
{
	struct log_source *l = &c->log;
	struct phone_survey s = { .source = l->batch_source,
				  .channel = l->channel,
				  .call = call_of(c, row, &c->arena),
				  .agent = agent_of(row->at[CDR_DSTCHANNEL]),
				  .queue = queue_of(row),
				  .customer = customer_of(row),
				  .asked_at = TIME_NONE };
	struct record *r;

	if (!when(c, row->at[CDR_START], &s.occurred_at) ||
	    !when(c, row->at[CDR_END], &s.answered_at) || s.occurred_at == TIME_NONE)
		return log_aside(l, _("its times are none"), err);
	if (!arena_copy(&out->arena, sv_of(log_place(l)), &s.origin))
		return err_set(err, ERR_SYSTEM, "out of memory");
	r = batch_add(out, KIND_INTERACTION);
	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!fill(c, out, row, &s, r)) {
		batch_drop_last(out);
		return log_aside(l, _("its times are none"), err);
	}
	if (s.answered_at == TIME_NONE)
		s.answered_at = s.occurred_at;
	if (log_keep(l, out, r, err))
		return ERR_SYSTEM;
	if (!s.call.n) /* an answer needs an id of its own */
		s.call = record_id(c, row, &c->arena);
	return give_scores(c, out, row->at[CDR_USERFIELD], &s, err);
}

static int take_line(struct cdr_source *c, struct batch *out, struct err *err)
{
	struct cdr_row row;
	const char *why;

	if (!c->log.line.n)
		return 0;
	arena_reset(&c->arena);
	why = cdr_row_split(c->log.line, &c->order, &c->arena, &row);
	return why ? log_aside(&c->log, _(why), err) : take_row(c, out, &row, err);
}

/* ---- the adapter ------------------------------------------------------------------------- */

static int load(struct cdr_source *c, struct sv text, struct err *err)
{
	memset(c->known, 0, sizeof(c->known));
	c->known_at = 0;
	while (text.n) {
		struct sv one = sv_cut(&text, ' ');
		int64_t h;

		if (c->known_at == KNOWN || !sv_i64(one, &h))
			return err_set(err, ERR_INPUT,
				       "this cursor is not one of call records");
		c->known[c->known_at++] = (uint64_t)h;
	}
	return 0;
}

static int save(struct cdr_source *c, struct sv cursor, struct batch *out,
		struct err *err)
{
	uint32_t n = c->known_at < KNOWN ? c->known_at : KNOWN;

	buf_clear(&c->text);
	for (uint32_t i = c->known_at - n; c->log.env && i != c->known_at; i++)
		buf_printf(&c->text, "%s%lld", i == c->known_at - n ? "" : " ",
			   (long long)c->known[i % KNOWN]);
	if (!buf_ok(&c->text))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return log_end(&c->log, cursor, buf_sv(&c->text), out, err);
}

static int cdr_pull(struct source *s, struct sv cursor, struct batch *out,
		    struct err *err)
{
	struct cdr_source *c = (struct cdr_source *)s;
	struct sv rest;
	bool fresh, got = true;
	int rc = log_begin(&c->log, cursor, out, &fresh, &rest, err);

	if (!rc && fresh)
		rc = load(c, rest, err);
	for (uint64_t n = 0; !rc && got && out->count + ROOM <= BATCH_RECORDS; n++) {
		if (c->log.env && n % 4096 == 4095 && cancel_asked(c->log.env->cancel))
			break;
		rc = log_line(&c->log, &got, err);
		if (!rc && got)
			rc = take_line(c, out, err);
	}
	return rc ? rc : save(c, cursor, out, err);
}

static void cdr_close(struct source *s)
{
	struct cdr_source *c = (struct cdr_source *)s;

	if (!c)
		return;
	arena_release(&c->arena);
	buf_release(&c->text);
	log_release(&c->log);
	free(c);
}

static int configure(struct cdr_source *c, const struct source_settings *s,
		     struct err *err)
{
	static const char separators[] = ",;\t|";
	static const struct sv names[] = { SV_INIT("comma"), SV_INIT("semicolon"),
					   SV_INIT("tab"), SV_INIT("bar") };
	struct sv separator = sv_of(source_text(s, "separator"));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sv_eq(separator, names[i]))
			c->order.separator = separators[i];
	c->system = sv_of(source_text(s, "system"));
	if (source_flag(s, "gmt"))
		c->zone = NULL;
	if (cdr_order_parse(&c->order, sv_of(source_text(s, "columns")), err))
		return source_at(s, "columns", err);
	if (phone_events_parse(&c->events, sv_of(source_text(s, "events")), err))
		return source_at(s, "events", err);
	return 0;
}

int asterisk_cdr_open(struct source **out, const struct adapter *adapter,
		      const struct source_config *config, const char *path,
		      struct err *err)
{
	struct cdr_source *c = calloc(1, sizeof(*c));
	int rc;

	*out = NULL;
	if (!c)
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_init(&c->text, 0);
	arena_init(&c->arena, 1 << 20);
	c->order.separator = ',';
	rc = log_init(&c->log, adapter, config, path, err);
	c->zone = c->log.zone;
	if (!rc)
		rc = config->settings ? configure(c, config->settings, err)
				      : phone_events_parse(&c->events,
							   SV(PHONE_EVENTS_PRESET), err);
	if (rc) {
		cdr_close(&c->log.base);
		return rc;
	}
	*out = &c->log.base;
	return 0;
}

static int cdr_open(struct source **out, const struct source_config *config,
		    struct err *err)
{
	return asterisk_cdr_open(out, &adapter_asterisk_cdr, config,
				 config->settings ? source_text(config->settings, "path")
						  : config->place,
				 err);
}

static int cdr_fits(struct sv head)
{
	struct arena a;
	int sure = 0;

	arena_init(&a, 1 << 20);
	while (head.n && !sure) {
		struct sv line = sv_cut(&head, '\n');

		if (!line.n || line.p[0] == '#')
			continue;
		if (line.p[line.n - 1] == '\r')
			line.n--;
		sure = cdr_row_looks(line, &a) ? 95 : 0;
		break;
	}
	arena_release(&a);
	return sure;
}

const struct adapter adapter_asterisk_cdr = {
	.kind = "asterisk-cdr",
	.summary = N_("Asterisk's call records: calls, and scores in their user field"),
	.fits = cdr_fits,
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = cdr_open,
	.pull = cdr_pull,
	.test = log_test,
	.close = cdr_close,
};
