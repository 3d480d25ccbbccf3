/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_phrases.c: recurring phrases that no topic covers yet: what complaints say and others do not,
 * what they say since lately, or what they say here and not elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/audit.h"
#include "cli/lessons.h"
#include "cli/numbers.h"
#include "cli/records.h"
#include "cli/subcommand.h"
#include "cli/themes.h"
#include "core/i18n.h"
#include "core/json_out.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	OPTION_LAST,
	{ "against", OPTION_CHOICE, "others|before|rest",
	  N_("What complaints are held against: the other comments, complaints of the "
	     "period "
	     "before, complaints of the same days outside the filter (default: "
	     "others)") },
	{ "limit", OPTION_NUMBER, "N", N_("At most so many (default: 20)") },
	{ "k", OPTION_NUMBER, "N",
	  N_("Only what so many customers wrote (default: 3, the least)") },
	OPTION_REVEAL,
};

enum { K_LEAST = 3, LIMIT_MOST = 1000 };

enum against { AGAINST_OTHERS, AGAINST_BEFORE, AGAINST_REST };

struct listening {
	struct theming t;
	enum against against;
	uint32_t *skip; /* ids that were heard, sorted: of --against rest */
	size_t skip_count;
};

/* ---- hearing ------------------------------------------------------------------------------- */

/* A complaint by its score; where there is none, by its words. */
static bool complains(const struct opinia_stored *s)
{
	const struct score *score = lessons_score(&s->record);

	return score ? lessons_label(score) == SENTIMENT_NEG
		     : s->verdict.sentiment == SENTIMENT_NEG;
}

/* @group: the one that is looked into, else what it is held against. */
static int hear(struct listening *l, uint32_t id, bool group, struct arena *arena,
		struct err *err)
{
	struct theming_heard x = { .id = id };
	const struct score *score;
	struct opinia_stored s;
	bool bad;
	int rc;

	arena_reset(arena);
	rc = opinia_fetch(l->t.p->snap, id, arena, &s, err);
	if (rc || !s.readable || !s.record.comment.n)
		return rc;
	bad = complains(&s);
	if (l->against != AGAINST_OTHERS && !bad)
		return 0;
	x.in = group && bad;
	x.customer = s.customer;
	score = lessons_score(&s.record);
	x.scored = score != NULL;
	if (score) {
		x.score = *score;
		x.score.question = (struct sv){ NULL, 0 };
	}
	return theming_hear(&l->t, &x, s.record.comment, s.record.language, err);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool skips(const struct listening *l, uint32_t id)
{
	return l->skip_count &&
	       bsearch(&id, l->skip, l->skip_count, sizeof(id), by_number);
}

/* All records of @f, newest first, so that a ceiling leaves out the oldest. */
static int hear_all(struct listening *l, const struct filter *f, bool group,
		    struct err *err)
{
	struct opinia_page page = { .limit = 0 };
	struct arena ids_arena, arena;
	uint32_t *ids = NULL;
	size_t n = 0;
	int rc;

	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&ids_arena, 0);
	arena_init(&arena, 0);
	rc = opinia_select(l->t.p->snap, f, &page, &ids_arena, &ids, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		if (group || !skips(l, ids[i]))
			rc = hear(l, ids[i], group, &arena, err);
	if (!rc && group && l->against == AGAINST_REST && n) {
		l->skip = arena_take(&l->t.arena, n * sizeof(*ids));
		rc = l->skip ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (!rc && l->skip && group) {
		memcpy(l->skip, ids, n * sizeof(*ids));
		l->skip_count = n;
		qsort(l->skip, n, sizeof(*ids), by_number);
	}
	arena_release(&arena);
	arena_release(&ids_arena);
	return rc;
}

static int listen(struct listening *l, const struct scope *s, struct err *err)
{
	struct program *p = l->t.p;
	struct opinia_filter_env env = { .now_ms = p->now, .zone = p->zone };
	struct filter *all = NULL;
	int rc = hear_all(l, scope_now(s, &p->arena), true, err);

	if (rc || l->against == AGAINST_OTHERS)
		return rc;
	if (l->against == AGAINST_BEFORE)
		return hear_all(l,
				opinia_filter_days(s->filter, s->before_first,
						   s->before_last, &p->arena),
				false, err);
	rc = opinia_filter_parse(SV("has:comment"), &env, &p->arena, &all, err);
	return rc ? rc
		  : hear_all(l, opinia_filter_days(all, s->first, s->last, &p->arena),
			     false, err);
}

/* ---- telling ------------------------------------------------------------------------------- */

static struct sv line_of(const struct theming_row *r, struct arena *arena)
{
	char *z = arena_printf(arena, SV_FMT "\t" SV_FMT "\t1.0", SV_ARG(r->topic),
			       SV_ARG(theming_term(&r->x, arena)));

	return sv_of(z ? z : "?");
}

static struct sv value_text(struct program *p, const struct theming_row *r, bool inside)
{
	struct metric_value v = inside ? r->inside : r->outside;

	v.has_interval = false;
	return metric_text(p, r->score, &v, &p->arena);
}

static void print_row(struct program *p, size_t number, const struct theming_row *r)
{
	const char *bold = p->colour ? "\033[1m" : "",
		   *plain = p->colour ? "\033[0m" : "";
	struct sv q = p_text(p, r->contrast.q, &p->arena);

	fprintf(p->out, "%2zu. %s" SV_FMT "%s\n    ", number, bold,
		SV_ARG(theming_phrase(&r->x, &p->arena)), plain);
	fprintf(p->out, ngettext("%u complaint", "%u complaints", r->x.in), r->x.in);
	fprintf(p->out, _("; customers: %u; held against: %u"), r->x.in_customers,
		r->x.out);
	fprintf(p->out, "  (q" SV_FMT ")\n", SV_ARG(sv_sub(q, 1, q.n)));
	if (r->inside.known && r->outside.known)
		fprintf(p->out, _("    %s: " SV_FMT " with it, " SV_FMT " without\n"),
			_(r->score->label), SV_ARG(value_text(p, r, true)),
			SV_ARG(value_text(p, r, false)));
	for (size_t i = 0; i < r->quotes; i++)
		fprintf(p->out, "    #%u  " SV_FMT "\n", r->example[i],
			SV_ARG(r->quote[i]));
	fprintf(p->out, "    " SV_FMT "\n\n", SV_ARG(line_of(r, &p->arena)));
}

static struct sv examples(const struct theming_row *r, struct arena *arena)
{
	struct sv out = SV("[]");
	struct buf b;

	buf_init(&b, 0);
	buf_char(&b, '[');
	for (size_t i = 0; i < r->quotes; i++) {
		buf_printf(&b, "%s{\"id\":%u,\"words\":", i ? "," : "", r->example[i]);
		json_put_text(&b, r->quote[i]);
		buf_char(&b, '}');
	}
	buf_char(&b, ']');
	if (!buf_ok(&b) || !arena_copy(arena, buf_sv(&b), &out))
		out = SV("[]");
	buf_release(&b);
	return out;
}

static int print_data(struct program *p, const struct theming_row *r, size_t n,
		      struct err *err)
{
	static const struct column columns[] = {
		{ .name = "phrase", .type = COLUMN_TEXT },
		{ .name = "n", .type = COLUMN_COUNT },
		{ .name = "n_against", .type = COLUMN_COUNT },
		{ .name = "customers", .type = COLUMN_COUNT },
		{ .name = "z", .type = COLUMN_NUMBER },
		{ .name = "q", .type = COLUMN_NUMBER },
		{ .name = "score", .type = COLUMN_TEXT },
		{ .name = "inside", .type = COLUMN_METRIC },
		{ .name = "outside", .type = COLUMN_METRIC },
		{ .name = "topic", .type = COLUMN_TEXT },
		{ .name = "line", .type = COLUMN_TEXT },
		{ .name = "examples", .type = COLUMN_JSON },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, sizeof(columns) / sizeof(columns[0]),
				 &printer, err);

	for (size_t i = 0; !rc && i < n; i++)
		rc = printer_row(printer,
				 (struct cell[]){
					 cell_text(theming_phrase(&r[i].x, &p->arena)),
					 cell_count(r[i].x.in),
					 cell_count(r[i].x.out),
					 cell_count(r[i].x.in_customers),
					 cell_number(r[i].contrast.z),
					 cell_number(r[i].contrast.q),
					 cell_text(sv_of(r[i].score->name)),
					 cell_metric(&r[i].inside),
					 cell_metric(&r[i].outside),
					 cell_text(r[i].topic),
					 cell_text(line_of(&r[i], &p->arena)),
					 cell_text(examples(&r[i], &p->arena)),
				 },
				 err);
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

/* ---- the command --------------------------------------------------------------------------- */

static int tell(struct listening *l, const struct scope *s,
		const struct theming_plan *plan, struct err *err)
{
	const struct opinia_theme_report *heard = opinia_themes_report(l->t.themes);
	struct program *p = l->t.p;
	struct theming_row *row;
	size_t n;
	int rc = theming_rows(&l->t, plan, &row, &n, err);

	if (rc)
		return rc;
	theming_remark(&l->t);
	if (!n)
		return err_set(err, ERR_NOTHING,
			       "no phrase stands out in %llu complaints with words, held "
			       "against %llu; about 150 are needed before many do",
			       (unsigned long long)heard->in,
			       (unsigned long long)heard->out);
	if (p->format != PRINT_TABLE)
		return print_data(p, row, n, err);
	for (size_t i = 0; i < n; i++)
		print_row(p, i + 1, &row[i]);
	program_remark(p, _("%llu complaints with words, held against %llu"),
		       (unsigned long long)heard->in, (unsigned long long)heard->out);
	scope_remark(s, p, l->against == AGAINST_BEFORE);
	return 0;
}

static enum against against_of(const struct options *o)
{
	const char *s = option_text(o, "against", "others");

	return strcmp(s, "before") == 0 ? AGAINST_BEFORE
	       : strcmp(s, "rest") == 0 ? AGAINST_REST
					: AGAINST_OTHERS;
}

static int phrases_run(struct program *p, const struct options *o, struct err *err)
{
	long limit = option_number(o, "limit", 20), k = option_number(o, "k", K_LEAST);
	struct theming_plan plan = { .limit = (size_t)limit, .customers = (uint32_t)k };
	struct listening l = { .against = against_of(o) };
	int64_t preset = l.against == AGAINST_BEFORE
				 ? setting_number(p->settings, "kpi", "period")
				 : 0;
	struct scope s;
	int rc;

	if (limit < 1 || limit > LIMIT_MOST || k < K_LEAST || k > INT32_MAX)
		return err_set(err, ERR_USAGE, "--limit is 1 to %d, --k %d or more",
			       LIMIT_MOST, K_LEAST);
	rc = scope_parse(&s, p, o, 0, preset, err);
	if (!rc && !opinia_store_has_key(p->store))
		rc = err_set(err, ERR_CONFIG,
			     "without the store's key there are no words to read");
	if (!rc && option_given(o, "reveal"))
		rc = audit_reveal(p, s.text, err);
	if (rc)
		return rc;
	rc = theming_open(&l.t, p, err);
	l.t.reveal = option_given(o, "reveal");
	if (!rc)
		rc = listen(&l, &s, err);
	if (!rc)
		rc = tell(&l, &s, &plan, err);
	theming_close(&l.t);
	return rc;
}

const struct subcommand cmd_phrases = {
	.name = "phrases",
	.args = "[FILTER]",
	.summary = N_("Print recurring phrases that no topic covers yet"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = phrases_run,
	.examples = "  opinia phrases --last 90d\n"
		    "  opinia phrases channel:phone --last 30d --against before\n",
};
