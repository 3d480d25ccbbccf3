/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_scales.c: the commonest fault of a new source is a scale read upside down: 1 was the best mark, or
 * the column of another question was taken. The words know it: for each source, question and scale the
 * scores and the words (read anew with the lexicon alone, because what was learned of these very scores
 * agrees with them) are put in order, and the two orders compared.
 */
#include "cli/check_scales.h"

#include <stdlib.h>
#include <string.h>

#include "cli/words.h"
#include "core/i18n.h"
#include "core/json_out.h"
#include "core/show.h"
#include "metrics/opinia_metrics.h"

enum {
	GROUPS_MOST = 4096,
	PAIRS_MOST = 20000, /* of one group; the newest */
	EXAMPLES = 3,
	QUOTE_COLUMNS = 100,
};

struct example {
	uint32_t id;
	int32_t apart; /* how far score and words are, 0 .. 2000 */
};

/* Scores of one kind, on one scale, to one question of one source. */
struct group {
	struct sv source, question;
	struct score scale; /* value means nothing */
	struct rank_pair *pair;
	size_t count, room;
	struct example example[EXAMPLES]; /* the farthest apart, first */
	struct metric_value together;
	enum scale_reading reading;
};

struct scales {
	struct program *p;
	struct arena arena; /* names of the groups */
	struct group *group;
	size_t count;
	uint64_t left_out;
};

/* ---- collecting ---------------------------------------------------------------------------- */

static bool same(const struct group *g, struct sv source, const struct score *s)
{
	return g->scale.kind == s->kind && g->scale.min == s->min &&
	       g->scale.max == s->max && g->scale.low_is_good == s->low_is_good &&
	       sv_eq(g->source, source) && sv_eq(g->question, s->question);
}

static struct group *group_of(struct scales *x, struct sv source, const struct score *s)
{
	struct group *g;

	for (size_t i = 0; i < x->count; i++)
		if (same(&x->group[i], source, s))
			return &x->group[i];
	if (x->count == GROUPS_MOST)
		return NULL;
	g = &x->group[x->count];
	*g = (struct group){ .scale = *s };
	if (!arena_copy(&x->arena, source, &g->source) ||
	    !arena_copy(&x->arena, s->question, &g->question))
		return NULL;
	x->count++;
	return g;
}

/* How good it is, whichever end of the scale is. */
static int32_t good(const struct score *s)
{
	return s->low_is_good ? s->max - s->value : s->value - s->min;
}

static void keep_example(struct group *g, uint32_t id, int32_t apart)
{
	size_t at = EXAMPLES;

	while (at && apart > g->example[at - 1].apart) {
		if (at < EXAMPLES)
			g->example[at] = g->example[at - 1];
		at--;
	}
	if (at < EXAMPLES)
		g->example[at] = (struct example){ id, apart };
}

static int put(struct scales *x, uint32_t id, struct sv source, const struct score *s,
	       int16_t words, struct err *err)
{
	struct group *g = group_of(x, source, s);
	int32_t span = s->max - s->min, mark, apart;

	if (!g || g->count == PAIRS_MOST || !span) {
		x->left_out += span != 0;
		return 0;
	}
	if (g->count == g->room) {
		size_t more = g->room ? 2 * g->room : 64;
		struct rank_pair *p = realloc(g->pair, more * sizeof(*p));

		if (!p)
			return err_set(err, ERR_SYSTEM, "out of memory");
		g->pair = p;
		g->room = more;
	}
	g->pair[g->count++] = (struct rank_pair){ good(s), words };
	mark = 2000 * good(s) / span - 1000;
	apart = mark > words ? mark - words : words - mark;
	keep_example(g, id, apart);
	return 0;
}

static bool silent(const struct verdict *v, int no_content)
{
	return !v->analyzed || (v->topic_count && v->topics[0].topic == no_content);
}

static int take(struct scales *x, uint32_t id, int no_content, struct arena *arena,
		struct err *err)
{
	struct opinia_scratch *scratch = words_scratch(x->p->analyzer, err);
	struct opinia_stored s;
	struct verdict v = { .analyzed = false };
	int rc;

	arena_reset(arena);
	rc = opinia_fetch(x->p->snap, id, arena, &s, err);
	if (rc || !s.readable || !s.record.comment.n)
		return rc;
	rc = scratch ? opinia_analyze(x->p->analyzer, scratch, s.record.comment,
				      s.record.language, arena, &v, err)
		     : (int)err->code;
	for (uint8_t i = 0; !rc && !silent(&v, no_content) && i < s.record.score_count;
	     i++)
		rc = put(x, id, s.record.source, &s.record.scores[i], v.plain.score, err);
	return rc;
}

static int collect(struct scales *x, struct err *err)
{
	struct program *p = x->p;
	struct opinia_filter_env env = { .now_ms = p->now, .zone = p->zone };
	struct opinia_page page = { .limit = 0 };
	int no_content =
		taxonomy_find(opinia_analyzer_taxonomy(p->analyzer), SV("no_content"));
	struct arena arena;
	struct filter *f;
	uint32_t *ids;
	size_t n = 0;
	int rc = opinia_filter_parse(SV("has:comment has:score"), &env, &p->arena, &f,
				     err);

	if (!rc)
		rc = opinia_select(p->snap, f, &page, &p->arena, &ids, &n, err);
	arena_init(&arena, 0);
	for (size_t i = 0; !rc && i < n; i++)
		rc = take(x, ids[i], no_content, &arena, err);
	arena_release(&arena);
	return rc;
}

/* ---- judging ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int by = sv_cmp(x->source, y->source);

	if (!by)
		by = (int)x->scale.kind - (int)y->scale.kind;
	if (!by)
		by = sv_cmp(x->question, y->question);
	if (!by)
		by = x->scale.min - y->scale.min;
	if (!by)
		by = x->scale.max - y->scale.max;
	return by ? by : x->scale.low_is_good - y->scale.low_is_good;
}

static int judge(struct scales *x, struct err *err)
{
	struct metric_value *v = calloc(x->count + 1, sizeof(*v));
	enum scale_reading *r = calloc(x->count + 1, sizeof(*r));
	size_t tests = 0;
	bool room = v && r;

	if (x->count)
		qsort(x->group, x->count, sizeof(*x->group), by_name);
	for (size_t i = 0; i < x->count; i++)
		tests += opinia_metric_agreement(x->group[i].pair, x->group[i].count, 1)
				 .known;
	for (size_t i = 0; room && i < x->count; i++)
		v[i] = opinia_metric_agreement(x->group[i].pair, x->group[i].count,
					       tests);
	room = room && opinia_metric_scales(v, x->count, r);
	for (size_t i = 0; room && i < x->count; i++) {
		x->group[i].together = v[i];
		x->group[i].reading = r[i];
	}
	free(v);
	free(r);
	return room ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- telling ------------------------------------------------------------------------------- */

static const char *const names[] = {
	[SCALE_UNKNOWN] = "unknown",
	[SCALE_FITS] = "fits",
	[SCALE_REVERSED] = "reversed",
	[SCALE_UNRELATED] = "unrelated",
};

static const char *const titles[] = {
	[SCALE_UNKNOWN] = N_("too few to tell"),
	[SCALE_FITS] = N_("fits"),
	[SCALE_REVERSED] = N_("the scale looks reversed"),
	[SCALE_UNRELATED] = N_("scores and words do not belong together"),
};

static bool reported(const struct group *g)
{
	return g->reading == SCALE_REVERSED || g->reading == SCALE_UNRELATED;
}

static struct sv scale_text(const struct group *g, bool turned, struct arena *arena)
{
	const struct score *s = &g->scale;
	bool down = s->low_is_good != turned;
	char *z = arena_printf(arena, "%d..%d", down ? s->max : s->min,
			       down ? s->min : s->max);

	return sv_of(z ? z : "?");
}

static struct sv advice(const struct group *g, struct arena *arena)
{
	const char *kind = score_kind_name(g->scale.kind);
	char *z =
		g->reading == SCALE_REVERSED
			? arena_printf(
				  arena,
				  _("if the other end is the good one: scale.%s = " SV_FMT
				    " in [source " SV_FMT
				    "], or import --scale %s=" SV_FMT
				    "; then bring the answers in again"),
				  kind, SV_ARG(scale_text(g, true, arena)),
				  SV_ARG(g->source), kind,
				  SV_ARG(scale_text(g, true, arena)))
			: arena_printf(arena,
				       _("look whether map.%s and map.comment of "
					 "[source " SV_FMT "] are of the same question"),
				       kind, SV_ARG(g->source));

	return sv_of(z ? z : "?");
}

static struct sv quote(struct scales *x, uint32_t id)
{
	struct err ignored = ERR_NONE;
	struct sv out = { NULL, 0 };
	struct opinia_stored s;
	struct buf b;

	if (opinia_fetch(x->p->snap, id, &x->arena, &s, &ignored))
		return out;
	buf_init(&b, 0);
	show_quote(s.record.comment, &s.verdict, TOPIC_NONE, QUOTE_COLUMNS, &b);
	if (!arena_copy(&x->arena, buf_sv(&b), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&b);
	return out;
}

static struct sv examples_json(struct scales *x, const struct group *g)
{
	struct sv out = SV("[]");
	struct buf b;

	buf_init(&b, 0);
	buf_char(&b, '[');
	for (size_t i = 0; reported(g) && i < EXAMPLES && g->example[i].id; i++) {
		buf_printf(&b, "%s{\"id\":%u,\"words\":", i ? "," : "", g->example[i].id);
		json_put_text(&b, quote(x, g->example[i].id));
		buf_char(&b, '}');
	}
	buf_char(&b, ']');
	if (!buf_ok(&b) || !arena_copy(&x->arena, buf_sv(&b), &out))
		out = SV("[]");
	buf_release(&b);
	return out;
}

static void print_reported(struct scales *x, const struct group *g)
{
	FILE *out = x->p->out;

	fprintf(out, "\n" SV_FMT " %s" SV_FMT " " SV_FMT ": %s\n", SV_ARG(g->source),
		score_kind_name(g->scale.kind), SV_ARG(scale_text(g, false, &x->arena)),
		SV_ARG(g->question), _(titles[g->reading]));
	for (size_t i = 0; i < EXAMPLES && g->example[i].id; i++)
		fprintf(out, "  #%u  " SV_FMT "\n", g->example[i].id,
			SV_ARG(quote(x, g->example[i].id)));
	fprintf(out, "  " SV_FMT "\n", SV_ARG(advice(g, &x->arena)));
}

static int print_rows(struct scales *x, struct err *err)
{
	bool table = x->p->format == PRINT_TABLE;
	const struct column columns[] = {
		{ .name = "source", .title = _("source"), .type = COLUMN_TEXT },
		{ .name = "score", .title = _("score"), .type = COLUMN_TEXT },
		{ .name = "question", .title = _("question"), .type = COLUMN_TEXT },
		{ .name = "scale", .title = _("scale"), .type = COLUMN_TEXT },
		{ .name = "n", .title = "n", .type = COLUMN_COUNT },
		{ .name = "agreement",
		  .title = _("agreement"),
		  .type = COLUMN_METRIC,
		  .decimals = 2 },
		{ .name = "reading", .title = _("reading"), .type = COLUMN_TEXT },
		{ .name = "advice", .type = COLUMN_TEXT },
		{ .name = "examples", .type = COLUMN_JSON },
	};
	struct printer *printer;
	int rc = program_printer(x->p, columns, sizeof(columns) / sizeof(columns[0]),
				 &printer, err);

	for (size_t i = 0; !rc && i < x->count; i++) {
		const struct group *g = &x->group[i];
		const struct metric_value *v = &g->together;
		struct cell c[] = {
			cell_text(g->source),
			cell_text(sv_of(score_kind_name(g->scale.kind))),
			g->question.n ? cell_text(g->question) : cell_none(),
			cell_text(scale_text(g, false, &x->arena)),
			cell_count(g->count),
			{ .known = v->known,
			  .value = v->value,
			  .low = v->low,
			  .high = v->high,
			  .has_interval = v->has_interval,
			  .n = v->n },
			cell_text(
				sv_of(table ? _(titles[g->reading]) : names[g->reading])),
			reported(g) ? cell_text(advice(g, &x->arena)) : cell_none(),
			cell_text(examples_json(x, g)),
		};

		rc = printer_row(printer, c, err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static int tell(struct scales *x, struct err *err)
{
	size_t found = 0;
	int rc;

	if (!x->count) {
		fprintf(stderr, _("no answer has both a score and words\n"));
		return 0;
	}
	rc = print_rows(x, err);
	for (size_t i = 0; !rc && i < x->count; i++) {
		found += reported(&x->group[i]);
		if (reported(&x->group[i]) && x->p->format == PRINT_TABLE)
			print_reported(x, &x->group[i]);
	}
	if (x->left_out)
		fprintf(stderr,
			_("%llu older scores were left out: %d of each source are "
			  "enough\n"),
			(unsigned long long)x->left_out, PAIRS_MOST);
	if (!rc && found)
		rc = err_set(err, ERR_NOTHING,
			     "%zu scales do not fit the words of their answers", found);
	return rc;
}

int check_scales(struct program *p, struct err *err)
{
	struct scales x = { .p = p };
	int rc = 0;

	if (!opinia_store_has_key(p->store))
		return err_set(err, ERR_CONFIG,
			       "without the store's key there are no words to read");
	x.group = calloc(GROUPS_MOST, sizeof(*x.group));
	if (!x.group)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&x.arena, 0);
	rc = collect(&x, err);
	if (!rc)
		rc = judge(&x, err);
	if (!rc)
		rc = tell(&x, err);
	for (size_t i = 0; i < x.count; i++)
		free(x.group[i].pair);
	free(x.group);
	arena_release(&x.arena);
	return rc;
}
