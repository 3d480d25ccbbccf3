/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select.c: how many match, and which: newest clock first, then the highest id.
 *
 * Ids are handed out in order of landing, clocks are the customers' own, so the newest
 * are looked for day by day from the last one backwards, and only the clocks of days
 * that may be on the page are read: unless reading the clocks of all is less work. A page begins behind the (clock, id) that its token
 * names: records that land in between neither repeat nor hide any.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/docs.h"
#include "store/keys.h"
#include "store/query.h"

/* To read a document's clock costs about as much as this many bitmaps of a day. */
enum { DAYS_A_CLOCK = 4 };

struct hit {
	int64_t clock;
	uint32_t id;
};

/* What matches in one segment. */
struct part {
	uint32_t segment;
	struct bits_set set;
};

struct selection {
	struct query q;
	struct part **parts; /* newest segment first */
	size_t part_count;
	uint64_t total;
	struct hit *hits;
	size_t count, room;
	bool after; /* only hits that come after @last */
	struct hit last;
};

int opinia_count(struct opinia_snapshot *snap, const struct filter *f, uint64_t *out,
		 struct err *err)
{
	struct query q;
	int rc = query_open(&q, snap, f, err);

	*out = 0;
	if (rc)
		return rc;
	rc = query_count(&q, out, err);
	query_close(&q);
	return rc;
}

/* ---- tokens ---------------------------------------------------------------------- */

static int fingerprint(const struct filter *f, uint32_t *out, struct err *err)
{
	struct buf b;

	buf_init(&b, 0);
	filter_print(f, &b);
	*out = sum32(b.p, b.n, 'F');
	if (!buf_ok(&b)) {
		buf_release(&b);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	buf_release(&b);
	return 0;
}

/* "FILTER-CLOCK-ID", hexadecimal. */
static int read_token(struct sv token, uint32_t print, struct hit *last, struct err *err)
{
	char text[64];
	uint32_t of, id;
	uint64_t clock;
	int n = 0;

	if (token.n >= sizeof(text))
		return err_set(err, ERR_USAGE, "this is no page token");
	memcpy(text, token.p, token.n);
	text[token.n] = '\0';
	if (sscanf(text, "%8" SCNx32 "-%16" SCNx64 "-%8" SCNx32 "%n", &of, &clock, &id,
		   &n) != 3 ||
	    (size_t)n != token.n)
		return err_set(err, ERR_USAGE, "this is no page token");
	if (of != print)
		return err_set(err, ERR_USAGE,
			       "this page token belongs to another filter: begin at the "
			       "first page");
	*last = (struct hit){ (int64_t)clock, id };
	return 0;
}

/* ---- gathering ------------------------------------------------------------------- */

static int match_all(struct selection *s, struct err *err)
{
	struct query *q = &s->q;

	s->parts = arena_take(&q->arena, (q->segments + 1) * sizeof(struct part *));
	if (!s->parts)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (uint32_t segment = q->segments; segment-- > 0;) {
		struct arena_mark mark = arena_mark(&q->arena);
		struct part *p = arena_take(&q->arena, sizeof(*p));
		bool any;
		int rc;

		if (!p)
			return err_set(err, ERR_SYSTEM, "out of memory");
		rc = query_segment(q, segment, &p->set, &any, err);
		if (rc)
			return rc;
		if (!any) {
			arena_rewind(&q->arena, mark);
			continue;
		}
		p->segment = segment;
		s->total += bits_popcount(p->set.w);
		s->parts[s->part_count++] = p;
	}
	return 0;
}

/* Newest clock first, then the highest id. */
static int by_clock(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->clock != y->clock)
		return x->clock < y->clock ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

static int keep(struct selection *s, uint32_t id, struct err *err)
{
	struct hit h = { 0, id };
	struct doc doc;
	int rc = docs_read(&s->q.snap->txn, id, &doc, err);

	if (rc)
		return err_at(err, "record %u", id);
	h.clock = doc_clock(&doc);
	if (s->after && by_clock(&h, &s->last) <= 0)
		return 0;
	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 256;
		struct hit *grown = realloc(s->hits, room * sizeof(*grown));

		if (!grown)
			return err_set(err, ERR_SYSTEM, "out of memory");
		s->hits = grown;
		s->room = room;
	}
	s->hits[s->count++] = h;
	return 0;
}

static int keep_set(struct selection *s, uint32_t segment, const struct bits_set *set,
		    struct err *err)
{
	for (uint32_t i = 0; i < BITS_WORDS; i++)
		for (uint64_t w = set->w[i]; w; w &= w - 1) {
			uint32_t low = i * 64 + (uint32_t)__builtin_ctzll(w);
			int rc = keep(s, segment << 16 | low, err);

			if (rc)
				return rc;
		}
	return 0;
}

static int keep_all(struct selection *s, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < s->part_count && !rc; i++)
		rc = keep_set(s, s->parts[i]->segment, &s->parts[i]->set, err);
	return rc;
}

static int keep_day(struct selection *s, int32_t day, struct err *err)
{
	struct bits_set set;

	for (size_t i = 0; i < s->part_count; i++) {
		const struct part *p = s->parts[i];
		const struct bits_days *d = &s->q.days[p->segment];
		int rc;

		if (day < d->first || day > d->last)
			continue;
		memset(&set, 0, sizeof(set));
		rc = bits_or(&s->q.bits, (uint16_t)p->segment, BITS_DAY, dims_day(day),
			     &set, err);
		if (!rc && bitmap_and_words(p->set.w, false, set.w))
			rc = keep_set(s, p->segment, &set, err);
		if (rc)
			return rc;
	}
	return 0;
}

/* The days that may be on the page. */
struct days_asked {
	int64_t first, last;
};

static struct days_asked days_asked(const struct selection *s)
{
	struct days_asked span = { INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < s->part_count; i++) {
		const struct bits_days *d = &s->q.days[s->parts[i]->segment];

		span.first = d->first < span.first ? d->first : span.first;
		span.last = d->last > span.last ? d->last : span.last;
	}
	if (s->after) {
		int32_t day = when_day(s->q.snap->store->zone, s->last.clock);

		span.last = day < span.last ? day : span.last;
	}
	if (s->q.plan->last_day < span.last)
		span.last = s->q.plan->last_day;
	if (s->q.plan->first_day > span.first)
		span.first = s->q.plan->first_day;
	return span;
}

/* Would day by day, to a page of @limit, be less work than all clocks? */
static bool days_are_less(const struct selection *s, struct days_asked span, size_t limit)
{
	uint64_t bitmaps = 0;

	if (!limit || s->total <= limit)
		return false;
	for (size_t i = 0; i < s->part_count; i++) {
		const struct bits_days *d = &s->q.days[s->parts[i]->segment];
		int64_t first = d->first > span.first ? d->first : span.first,
			last = d->last < span.last ? d->last : span.last;

		bitmaps += last < first ? 0 : (uint64_t)(last - first + 1);
	}
	/* of them, as many as the page is of all that matches; no total is above 2^32 */
	return bitmaps * limit / s->total < DAYS_A_CLOCK * (s->total - limit);
}

/*
 * From the newest day that may be on the page backwards, until there is one hit more
 * than fits.
 */
static int keep_newest(struct selection *s, struct days_asked span, size_t limit,
		       struct err *err)
{
	for (int64_t day = span.last; day >= span.first && s->count <= limit; day--) {
		int rc = keep_day(s, (int32_t)day, err);

		if (rc)
			return rc;
	}
	return 0;
}

static int give(struct selection *s, struct opinia_page *page, uint32_t print,
		struct arena *arena, uint32_t **ids, size_t *count, struct err *err)
{
	size_t n = s->count;

	if (n)
		qsort(s->hits, n, sizeof(*s->hits), by_clock);
	if (page->limit && n > page->limit) {
		const struct hit *h = &s->hits[page->limit - 1];
		char *token;

		n = page->limit;
		token = arena_printf(arena, "%08" PRIx32 "-%" PRIx64 "-%" PRIx32, print,
				     (uint64_t)h->clock, h->id);
		if (!token)
			return err_set(err, ERR_SYSTEM, "out of memory");
		page->next = sv_of(token);
	}
	*ids = arena_take(arena, n * sizeof(**ids) + 1);
	if (!*ids)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		(*ids)[i] = s->hits[i].id;
	*count = n;
	return 0;
}

int opinia_select(struct opinia_snapshot *snap, const struct filter *f,
		  struct opinia_page *page, struct arena *arena, uint32_t **ids,
		  size_t *count, struct err *err)
{
	struct selection s = { .after = page->after.n > 0 };
	uint32_t print = 0;
	int rc = fingerprint(f, &print, err);

	page->next = (struct sv){ NULL, 0 };
	page->total = *count = 0;
	if (!rc && s.after)
		rc = read_token(page->after, print, &s.last, err);
	if (rc)
		return rc;
	rc = query_open(&s.q, snap, f, err);
	if (rc)
		return rc;
	rc = match_all(&s, err);
	if (!rc) {
		struct days_asked span = days_asked(&s);

		rc = days_are_less(&s, span, page->limit)
			     ? keep_newest(&s, span, page->limit, err)
			     : keep_all(&s, err);
	}
	if (!rc)
		rc = give(&s, page, print, arena, ids, count, err);
	page->total = s.total;
	free(s.hits);
	query_close(&s.q);
	return rc;
}
