/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: see query.h. An operand is read only when what stood before it has left
 * something, and a segment only when its days touch the asked ones, so cost grows with
 * the answer.
 */
#include "store/query.h"

#include <string.h>

#include "store/bitmap.h"

int query_open(struct query *q, struct opinia_snapshot *snap, const struct filter *f,
	       struct err *err)
{
	int rc;

	memset(q, 0, sizeof(*q));
	q->snap = snap;
	arena_init(&q->arena, 0);
	bits_reader_open(&q->bits, &snap->txn);
	text_finder_open(&q->text, &snap->txn);
	rc = plan_make(snap, f, &q->arena, &q->plan, err);
	if (!rc)
		rc = bits_directory(&snap->txn, &q->arena, &q->days, &q->segments, err);
	if (rc)
		query_close(q);
	return rc;
}

void query_close(struct query *q)
{
	bits_reader_close(&q->bits);
	text_finder_close(&q->text);
	arena_release(&q->arena);
}

/* ---- sources --------------------------------------------------------------------- */

static void or_ids(uint32_t segment, uint32_t low, uint32_t high, struct bits_set *out)
{
	uint64_t first = (uint64_t)segment << 16, last = first | 0xffff;

	first = low > first ? low : first;
	last = high < last ? high : last;
	for (uint64_t id = first; id <= last; id++)
		out->w[(id & 0xffff) >> 6] |= 1ull << (id & 63);
}

static void or_list(uint32_t segment, const uint32_t *ids, size_t count,
		    struct bits_set *out)
{
	size_t a = 0, b = count;
	uint32_t first = segment << 16;

	while (a < b) {
		size_t m = a + (b - a) / 2;

		if (ids[m] < first)
			a = m + 1;
		else
			b = m;
	}
	for (; a < count && ids[a] >> 16 == segment; a++)
		out->w[(ids[a] & 0xffff) >> 6] |= 1ull << (ids[a] & 63);
}

struct or_scores {
	const struct source *source;
	struct bits_set *out;
};

static bool score_wanted(void *self, uint32_t value)
{
	const struct or_scores *o = self;
	struct indexed_score s;

	dims_score_of(value, &s);
	return s.value >= o->source->from && s.value <= o->source->to;
}

static int or_score(void *self, uint32_t value, struct sv blob, struct err *err)
{
	struct or_scores *o = self;

	(void)value;
	return bitmap_or(blob, o->out->w)
		       ? 0
		       : err_set(err, ERR_INPUT, "a score's bitmap is damaged");
}

static int or_source(struct query *q, uint32_t segment, const struct source *s,
		     struct bits_set *out, struct err *err)
{
	uint16_t seg = (uint16_t)segment;

	switch (s->type) {
	case SOURCE_VALUES:
		if (s->low == s->high)
			return bits_or(&q->bits, seg, s->dim, s->low, out, err);
		return bits_or_range(&q->bits, seg, s->dim, s->low, s->high, out, err);
	case SOURCE_SCORES:
		return bits_walk_some(&q->bits, seg, BITS_SCORE, s->low << 29,
				      (s->high << 29) | 0x1fffffff, score_wanted,
				      or_score, &(struct or_scores){ s, out }, err);
	case SOURCE_IDS:
		or_ids(segment, s->low, s->high, out);
		return 0;
	case SOURCE_LIST:
		or_list(segment, s->ids, s->count, out);
		return 0;
	case SOURCE_TEXT:
		return text_find(&q->text, seg, s->probes, s->count, out, err);
	}
	return err_set(err, ERR_BUG, "a source without a type");
}

/* ---- operands -------------------------------------------------------------------- */

static bool is_empty(const struct bits_set *s)
{
	uint64_t left = 0;

	for (unsigned i = 0; i < BITS_WORDS; i++)
		left |= s->w[i];
	return left == 0;
}

/* All days of the segment are asked for: reading their bitmaps would change nothing. */
static bool holds_anyway(const struct query *q, uint32_t segment,
			 const struct operand *op)
{
	const struct bits_days *d = &q->days[segment];

	return op->field == FILTER_DAYS && !op->negated && op->count == 1 &&
	       op->sources[0].low <= dims_day(d->first) &&
	       op->sources[0].high >= dims_day(d->last);
}

static int load(struct query *q, uint32_t segment, const struct operand *op,
		struct bits_set *out, struct err *err)
{
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < op->count && !rc; i++)
		rc = or_source(q, segment, &op->sources[i], out, err);
	return rc;
}

/* What of @out @op leaves. */
static int narrow(struct query *q, uint32_t segment, const struct operand *op,
		  struct bits_set *out, bool *any, struct err *err)
{
	const struct source *s = op->sources;
	struct bits_set with;
	int rc;

	if (op->count == 1 && s->type == SOURCE_VALUES && s->low == s->high)
		return bits_and(&q->bits, (uint16_t)segment, s->dim, s->low, op->negated,
				out, any, err);
	rc = load(q, segment, op, &with, err);
	*any = !rc && bitmap_and_words(with.w, op->negated, out->w);
	return rc;
}

static bool outside(const struct query *q, uint32_t segment)
{
	const struct bits_days *d = &q->days[segment];

	return d->first > d->last || d->first > q->plan->last_day ||
	       d->last < q->plan->first_day;
}

static void note_segment(const struct query *q, uint32_t segment)
{
	struct txn_look *look = q->snap->txn.look;

	if (look)
		*(outside(q, segment) ? &look->passed_over : &look->segments) += 1;
}

int query_segment(struct query *q, uint32_t segment, struct bits_set *out, bool *any,
		  struct err *err)
{
	bool begun = false, left;

	*any = false;
	note_segment(q, segment);
	if (outside(q, segment))
		return 0;
	for (size_t i = 0; i < q->plan->count; i++) {
		const struct operand *op = &q->plan->operands[i];
		int rc;

		if (holds_anyway(q, segment, op))
			continue;
		if (begun) {
			rc = narrow(q, segment, op, out, &left, err);
		} else {
			rc = load(q, segment, op, out, err);
			left = !is_empty(out);
		}
		if (rc || !left)
			return rc;
		begun = true;
	}
	*any = begun;
	return 0;
}

/* ---- counting -------------------------------------------------------------------- */

/* The operands that say something in @segment; kind is said by words themselves. */
static const struct operand *lone_operand(const struct query *q, uint32_t segment,
					  bool *lone)
{
	const struct operand *found = NULL;
	bool words = false;

	*lone = true;
	for (size_t i = 0; i < q->plan->count; i++)
		words |= q->plan->operands[i].field == FILTER_WORDS &&
			 !q->plan->operands[i].negated;
	for (size_t i = 0; i < q->plan->count; i++) {
		const struct operand *op = &q->plan->operands[i];

		if (holds_anyway(q, segment, op) ||
		    (words && q->plan->feedback_only && op->field == FILTER_KIND))
			continue;
		*lone &= !found;
		found = op;
	}
	return found;
}

/* Is a record under one of the values at most? A topic has one mood in a record. */
static bool no_more_than_once(const struct source *s)
{
	return s->low == s->high ||
	       (s->dim == BITS_TOPIC_MOOD && s->low >> 2 == s->high >> 2);
}

static int count_values(struct query *q, uint16_t segment, const struct source *s,
			uint32_t *n, struct err *err)
{
	int rc = 0;

	*n = 0;
	for (uint64_t v = s->low; v <= s->high && !rc; v++) {
		uint32_t each = 0;

		rc = bits_count(&q->bits, segment, s->dim, (uint32_t)v, &each, err);
		*n += each;
	}
	return rc;
}

/* Counts that need no bit: one value alone, one word alone. *done tells if it was one. */
static int count_quickly(struct query *q, uint32_t segment, uint32_t *n, bool *done,
			 struct err *err)
{
	bool lone;
	const struct operand *op = lone_operand(q, segment, &lone);
	const struct source *s;

	*done = lone && op && !op->negated && op->count == 1;
	if (!*done)
		return 0;
	s = &op->sources[0];
	if (s->type == SOURCE_VALUES && no_more_than_once(s))
		return count_values(q, (uint16_t)segment, s, n, err);
	*done = s->type == SOURCE_TEXT;
	for (size_t i = 0; *done && i < s->count; i++)
		*done = s->probes[i].count == 1;
	return *done ? text_find_count(&q->text, (uint16_t)segment, s->probes, s->count,
				       n, err)
		     : 0;
}

static int count_segment(struct query *q, uint32_t segment, uint64_t *out,
			 struct err *err)
{
	struct bits_set set;
	uint32_t n = 0;
	bool any = false, done = false;
	int rc;

	if (outside(q, segment)) {
		note_segment(q, segment);
		return 0;
	}
	rc = count_quickly(q, segment, &n, &done, err);
	if (done)
		note_segment(q, segment);
	if (!rc && !done)
		rc = query_segment(q, segment, &set, &any, err);
	if (!rc)
		*out += done ? n : any ? bits_popcount(set.w) : 0;
	return rc;
}

/* ---- counts of words over many segments ------------------------------------------ */

/* A word and at most a period beside it. */
struct lone_word {
	const struct source *word; /* NULL: something else is asked */
	const struct operand *days;
};

static bool single_words(const struct operand *op)
{
	bool single = op->field == FILTER_WORDS && !op->negated && op->count == 1 &&
		      op->sources[0].type == SOURCE_TEXT;

	for (size_t i = 0; single && i < op->sources[0].count; i++)
		single = op->sources[0].probes[i].count == 1;
	return single;
}

static struct lone_word lone_word(const struct query *q)
{
	struct lone_word lone = { NULL, NULL };

	for (size_t i = 0; i < q->plan->count; i++) {
		const struct operand *op = &q->plan->operands[i];

		if (op->field == FILTER_KIND && q->plan->feedback_only)
			continue; /* words say it */
		if (!lone.word && single_words(op))
			lone.word = &op->sources[0];
		else if (!lone.days && op->field == FILTER_DAYS)
			lone.days = op;
		else
			return (struct lone_word){ NULL, NULL };
	}
	return lone;
}

/* Does the period hold all of these segments? */
static bool all_asked(const struct query *q, const struct lone_word *lone, uint32_t from,
		      uint32_t to)
{
	bool all = to <= q->segments;

	for (uint32_t s = from; all && lone->days && s < to; s++)
		all = q->days[s].first > q->days[s].last ||
		      holds_anyway(q, s, lone->days);
	return all;
}

/* *step segments from @from on by one row, the highest that there is; 0: there is none. */
static int count_span(struct query *q, const struct lone_word *lone, uint32_t from,
		      uint32_t *step, uint64_t *out, struct err *err)
{
	*step = 0;
	for (unsigned level = TEXT_SPAN_LEVELS; level > 0; level--) {
		uint32_t size = text_span_size(level);
		uint64_t n;
		bool there;
		int rc;

		if (from % size || !all_asked(q, lone, from, from + size))
			continue;
		rc = text_find_span(&q->text, (uint16_t)from, level, lone->word->probes,
				    lone->word->count, &n, &there, err);
		if (rc)
			return rc;
		if (!there)
			continue;
		if (q->snap->txn.look)
			q->snap->txn.look->spanned += size;
		*step = size;
		*out += n;
		return 0;
	}
	return 0;
}

int query_count(struct query *q, uint64_t *out, struct err *err)
{
	struct lone_word lone = lone_word(q);
	int rc = 0;

	*out = 0;
	for (uint32_t segment = 0, step; !rc && segment < q->segments; segment += step) {
		step = 0;
		if (lone.word)
			rc = count_span(q, &lone, segment, &step, out, err);
		if (rc || step)
			continue;
		rc = count_segment(q, segment, out, err);
		step = 1;
	}
	return rc;
}
