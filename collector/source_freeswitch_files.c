/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_freeswitch_files.c: the call records that FreeSWITCH's mod_json_cdr puts into a folder, a
 * file a call (UUID.cdr.json). A score is a channel variable that the dialplan filled. Where the
 * module calls us instead, the map freeswitch does the same.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/json_leaves.h"
#include "collector/map_json.h"
#include "collector/phone.h"
#include "collector/trail.h"
#include "core/i18n.h"
#include "core/percent.h"

/* clang-format off */
static const struct source_row rows[] = {
	{ "encoded", ROW_FLAG, NULL, "yes", 0, 0,
	  N_("Values are percent-encoded (encode-values of json_cdr.conf).") },
	{ "path", ROW_TEXT, "FOLDER", "/var/log/freeswitch/json_cdr", 0, 0,
	  N_("Where the module puts its files.") },
};
/* clang-format on */

enum slot {
	SLOT_UUID,
	SLOT_CUSTOMER,
	SLOT_AGENT,
	SLOT_QUEUE,
	SLOT_LANGUAGE,
	SLOT_DIRECTION,
	SLOT_CAUSE,
	SLOT_START,
	SLOT_ANSWER,
	SLOT_END,
	SLOT_SCORES, /* + field - FIELD_CSAT */
	SLOTS = SLOT_SCORES + SHAPE_SCORES
};

enum { PATHS = 3 };

/* The paths of a value, the best first; map.NAME says another. */
static const struct {
	const char *name;
	struct sv path[PATHS];
} slots[SLOTS] = {
	[SLOT_UUID] = { "interaction", { SV_INIT("variables.uuid") } },
	[SLOT_CUSTOMER] = { "customer",
			    { SV_INIT("variables.caller_id_number"),
			      SV_INIT("callflow[0].caller_profile.caller_id_number") } },
	[SLOT_AGENT] = { "agent", { SV_INIT("variables.cc_agent") } },
	[SLOT_QUEUE] = { "queue", { SV_INIT("variables.cc_queue") } },
	[SLOT_LANGUAGE] = { "language", { SV_INIT("variables.survey_language") } },
	[SLOT_DIRECTION] = { "direction",
			     { SV_INIT("variables.direction"),
			       SV_INIT("channel_data.direction") } },
	[SLOT_CAUSE] = { "reason", { SV_INIT("variables.hangup_cause") } },
	[SLOT_START] = { "occurred_at",
			 { SV_INIT("variables.start_epoch"),
			   SV_INIT("variables.start_uepoch"),
			   SV_INIT("callflow[0].times.created_time") } },
	[SLOT_ANSWER] = { "first_response_at",
			  { SV_INIT("variables.answer_epoch"),
			    SV_INIT("variables.answer_uepoch"),
			    SV_INIT("callflow[0].times.answered_time") } },
	[SLOT_END] = { "answered_at",
		       { SV_INIT("variables.end_epoch"), SV_INIT("variables.end_uepoch"),
			 SV_INIT("callflow[0].times.hangup_time") } },
	[SLOT_SCORES + 0] = { "csat", { SV_INIT("variables.csat_score") } },
	[SLOT_SCORES + 1] = { "nps", { SV_INIT("variables.nps_score") } },
	[SLOT_SCORES + 2] = { "ces", { SV_INIT("variables.ces_score") } },
	[SLOT_SCORES + 3] = { "ces1", { SV_INIT("variables.ces1_score") } },
	[SLOT_SCORES + 4] = { "ces2", { SV_INIT("variables.ces2_score") } },
	[SLOT_SCORES + 5] = { "fcr", { SV_INIT("variables.fcr_score") } },
};

struct switch_source {
	struct trail trail; /* first member */
	struct sv told[SLOTS];
	bool encoded;
};

/* What one file says. */
struct found {
	const struct switch_source *from;
	struct sv value[SLOTS];
	uint8_t rank[SLOTS]; /* which path it came by + 1; 0: not given */
};

/* ---- bytes ------------------------------------------------------------------------------- */

static struct sv percent(struct sv s, bool form, struct arena *a)
{
	char *p = s.n ? arena_take(a, s.n) : NULL;

	return p ? percent_decode(s, form, p) : s;
}

/* A delivery that was written to disk as it would have been sent: cdr=…, in two forms. */
static struct sv unwrap(struct sv bytes, struct arena *a)
{
	struct sv form, json = { NULL, 0 };
	struct err ignored = ERR_NONE;

	bytes = sv_trim(bytes);
	if (!sv_starts(bytes, SV("cdr=")))
		return bytes;
	bytes = sv_sub(bytes, 4, bytes.n);
	form = percent(bytes, true, a);
	if (sv_starts(sv_trim(form), SV("{")))
		return form;
	/* a + is no blank in base64 */
	return map_base64(percent(bytes, false, a), a, &json, &ignored)
		       ? (struct sv){ NULL, 0 }
		       : json;
}

/* ---- what a file says -------------------------------------------------------------------- */

static void leaf(void *self, struct sv path, struct sv value)
{
	struct found *f = self;

	for (int i = 0; i < SLOTS; i++) {
		unsigned rank = 1;

		if (f->from->told[i].n) {
			if (sv_eq(f->from->told[i], path))
				f->value[i] = value, f->rank[i] = 1;
			continue;
		}
		while (rank <= PATHS && !sv_eq(slots[i].path[rank - 1], path))
			rank++;
		if (rank > PATHS || (f->rank[i] && f->rank[i] <= rank))
			continue;
		f->value[i] = value;
		f->rank[i] = (uint8_t)rank;
	}
}

/* Seconds, or microseconds; 0 is "never". */
static int64_t time_of(const struct found *f, enum slot slot)
{
	int64_t n;

	if (!sv_i64(f->value[slot], &n) || n <= 0)
		return TIME_NONE;
	return n > 100000000000 ? n / 1000000 * MS_SECOND : n * MS_SECOND;
}

static int give_interaction(struct switch_source *s, const struct found *f,
			    const struct phone_survey *of, struct batch *out,
			    const char **why, struct err *err)
{
	struct record *r = batch_add(out, KIND_INTERACTION);
	struct arena *a = &out->arena;

	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->source = of->source;
	r->origin = of->origin;
	r->channel = of->channel;
	r->occurred_at = of->occurred_at;
	r->first_response_at = time_of(f, SLOT_ANSWER);
	if (r->first_response_at != TIME_NONE)
		r->resolved_at = time_of(f, SLOT_END);
	if (!arena_copy(a, of->call, &r->external_id) ||
	    !arena_copy(a, of->customer, &r->customer) ||
	    !arena_copy(a, of->agent, &r->agent) ||
	    !arena_copy(a, of->queue, &r->queue) ||
	    !phone_attr(out, r, "hangup", f->value[SLOT_CAUSE]))
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->interaction = r->external_id;
	return trail_keep(&s->trail, out, r, why, err);
}

static int give_score(struct switch_source *s, struct sv said, unsigned which,
		      struct phone_survey *of, struct batch *out, const char **why,
		      struct err *err)
{
	static const struct sv events[SHAPE_SCORES] = {
		SV_INIT("CSAT"), SV_INIT("NPS"),  SV_INIT("CES"),
		SV_INIT("CES1"), SV_INIT("CES2"), SV_INIT("FCR"),
	};
	enum keys_said means = keys_read(&s->trail.keys, which, said, &of->score);
	int rc = 0;

	of->event = events[which];
	of->pressed = keys_pressed(said);
	of->outcome = means == KEYS_POINT    ? OUTCOME_ANSWERED
		      : means == KEYS_SILENT ? OUTCOME_NO_INPUT
					     : OUTCOME_INVALID;
	if (means == KEYS_POINT)
		rc = trail_keep(&s->trail, out, phone_answer(out, of), why, err);
	if (!rc && !*why)
		rc = trail_keep(&s->trail, out, phone_invitation(out, of), why, err);
	if (!rc && !*why && phone_outcome_tally(of->outcome))
		source_tally(&s->trail.base, phone_outcome_tally(of->outcome), 1);
	return rc;
}

static int take(struct trail *t, const struct trail_file *file, struct sv bytes,
		struct batch *out, const char **why, struct err *err)
{
	struct switch_source *s = (struct switch_source *)t;
	struct found f = { .from = s };
	struct phone_survey of = { .source = t->batch_source,
				   .origin = t->origin,
				   .channel = t->channel };
	struct err wrong = ERR_NONE;
	int rc = 0;

	(void)file;
	if (json_leaves(unwrap(bytes, &t->arena), &t->arena, leaf, &f, &wrong)) {
		*why = arena_printf(&t->arena, "%s", wrong.text);
		return *why ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	}
	for (int i = 0; s->encoded && i < SLOTS; i++)
		f.value[i] = percent(f.value[i], false, &t->arena);
	of.call = f.value[SLOT_UUID];
	of.customer = phone_caller(f.value[SLOT_CUSTOMER]);
	of.agent = f.value[SLOT_AGENT];
	of.queue = f.value[SLOT_QUEUE];
	of.language = f.value[SLOT_LANGUAGE];
	of.occurred_at = time_of(&f, SLOT_START);
	of.answered_at = of.asked_at = time_of(&f, SLOT_END);
	if (!of.call.n)
		*why = N_("a call record without the id of its call");
	else if (of.answered_at == TIME_NONE)
		*why = N_("a call record without its end");
	if (!*why && sv_eq(f.value[SLOT_DIRECTION], SV("inbound")))
		rc = give_interaction(s, &f, &of, out, why, err);
	for (unsigned i = 0; !rc && !*why && i < SHAPE_SCORES; i++)
		if (f.rank[SLOT_SCORES + i])
			rc = give_score(s, f.value[SLOT_SCORES + i], i, &of, out, why,
					err);
	return rc;
}

/* ---- the adapter ------------------------------------------------------------------------- */

static bool wanted(const struct trail *t, struct sv name)
{
	(void)t;
	return sv_ends(name, SV(".cdr.json"));
}

static int switch_pull(struct source *s, struct sv cursor, struct batch *out,
		       struct err *err)
{
	static const struct trail_work work = { take };

	return trail_pull((struct trail *)s, &work, cursor, out, err);
}

static void switch_close(struct source *s)
{
	if (!s)
		return;
	trail_release((struct trail *)s);
	free(s);
}

static int told(struct switch_source *s, const struct source_settings *settings,
		struct err *err)
{
	struct sv name, path;

	for (size_t i = 0; source_prefixed(settings, "map.", i, &name, &path); i++) {
		int at = 0;

		while (at < SLOTS && !sv_eq(name, sv_of(slots[at].name)))
			at++;
		if (at == SLOTS) {
			err_set(err, ERR_CONFIG,
				"map." SV_FMT
				": a call record has csat, nps, ces, fcr, customer, "
				"agent, queue, language, interaction",
				SV_ARG(name));
			return source_at(settings, NULL, err);
		}
		s->told[at] = path;
	}
	return 0;
}

static int switch_open(struct source **out, const struct source_config *config,
		       struct err *err)
{
	struct switch_source *s = calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->trail.wanted = wanted;
	s->encoded = source_flag(config->settings, "encoded");
	rc = trail_init(&s->trail, &adapter_freeswitch_files, config,
			source_text(config->settings, "path"), err);
	if (!rc)
		rc = told(s, config->settings, err);
	if (rc) {
		switch_close(&s->trail.base);
		return rc;
	}
	*out = &s->trail.base;
	return 0;
}

const struct adapter adapter_freeswitch_files = {
	.kind = "freeswitch-files",
	.summary =
		N_("FreeSWITCH's call records in files, with the keys of their surveys"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = switch_open,
	.pull = switch_pull,
	.test = trail_test,
	.close = switch_close,
};
