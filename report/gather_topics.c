/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gather_topics.c: the topics of the page: which complaints rose, which fell, and for
 * those that are shown a few of the words behind them.
 */
#include <math.h>
#include <stdlib.h>

#include "core/show.h"
#include "report/page.h"

enum {
	QUOTE_COLUMNS = 200,
	QUOTE_BYTES_MIN = 12, /* "slabo" is no quote           */
	QUOTE_TRIES = 12,     /* newest complaints looked at    */
	FEW = 3, /* what may be chance fills up to so many, and only when it is at least so much */
};

bool page_sure(const struct page_topic *t)
{
	return t->row.volume.known && t->row.q < SURE; /* a NAN is not */
}

static int64_t growth(const struct page_topic *t)
{
	return (int64_t)t->row.complaints - (int64_t)t->row.complaints_before;
}

/* Those that changed by more than chance first, then the largest change. */
static int by_rise(const void *a, const void *b)
{
	const struct page_topic *x = *(struct page_topic *const *)a,
				*y = *(struct page_topic *const *)b;
	int64_t gx = growth(x), gy = growth(y);

	if (page_sure(x) != page_sure(y))
		return page_sure(x) ? -1 : 1;
	if (llabs(gx) != llabs(gy))
		return llabs(gx) > llabs(gy) ? -1 : 1;
	return (x->row.topic > y->row.topic) - (x->row.topic < y->row.topic);
}

/* The first @max of the topics whose complaints moved in @direction. */
static int pick(struct page *p, int direction, struct page_topic **out, size_t max,
		size_t *count, struct err *err)
{
	struct page_topic **all = arena_take(p->arena, (p->topics + 1) * sizeof(*all));
	size_t n = 0;

	if (!all)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < p->topics; i++)
		if (growth(&p->topic[i]) * direction > 0)
			all[n++] = &p->topic[i];
	qsort(all, n, sizeof(*all), by_rise);
	for (size_t i = 0; i < n && *count < max; i++)
		if (page_sure(all[i]) || (*count < FEW && llabs(growth(all[i])) >= FEW))
			out[(*count)++] = all[i];
	return 0;
}

/* ---- words ------------------------------------------------------------------------- */

static int redact(struct page *p, const struct opinia_stored *s, uint16_t topic,
		  struct sv *out, struct err *err)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	show_quote(s->record.comment, &s->verdict, topic, QUOTE_COLUMNS, &b);
	ok = buf_ok(&b) && arena_copy(p->arena, buf_sv(&b), out);
	buf_release(&b);
	return ok ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static struct sv language(const struct page *p, const struct opinia_stored *s)
{
	uint8_t l = s->verdict.language;

	return l && l < p->plan->language_count ? p->plan->languages[l]
						: (struct sv){ NULL, 0 };
}

/* An answer often mentions several topics; it is quoted under the first of them. */
static bool quoted_already(const struct page *p, uint32_t id)
{
	for (size_t t = 0; t < p->topics; t++)
		for (size_t i = 0; i < p->topic[t].quotes; i++)
			if (p->topic[t].quote[i].id == id)
				return true;
	return false;
}

static int quote(struct page *p, struct page_topic *t, uint32_t id, struct err *err)
{
	struct page_quote *q = &t->quote[t->quotes];
	struct opinia_stored s;
	struct sv text;
	int rc;

	if (quoted_already(p, id))
		return 0;
	rc = opinia_fetch(p->plan->frame.snap, id, p->arena, &s, err);
	if (rc)
		return rc;
	if (!s.readable && !s.erased)
		p->words_shut = true;
	if (!s.readable || s.record.comment.n < QUOTE_BYTES_MIN)
		return 0;
	rc = redact(p, &s, t->row.topic, &text, err);
	if (rc)
		return rc;
	*q = (struct page_quote){
		.id = id,
		.text = text,
		.language = language(p, &s),
		.channel = sv_of(channel_name(s.record.channel)),
		.day = when_day(p->plan->frame.zone, record_clock(&s.record)),
	};
	t->quotes++;
	return 0;
}

static int gather_quotes(struct page *p, struct page_topic *t, struct err *err)
{
	const struct opinia_frame *frame = &p->plan->frame;
	bool now = t->row.complaints > 0;
	struct opinia_page page = { .limit = QUOTE_TRIES };
	struct filter *f =
		opinia_filter_days((struct filter *)(uintptr_t)frame->filter,
				   now ? frame->first : frame->before_first,
				   now ? frame->last : frame->before_last, p->arena);
	uint32_t *ids;
	size_t n = 0;
	int rc;

	if (f)
		f = opinia_filter_and(f, SV("complaint"), t->id, p->arena);
	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_select(frame->snap, f, &page, p->arena, &ids, &n, err);
	for (size_t i = 0; !rc && i < n && t->quotes < QUOTES_MAX; i++)
		rc = quote(p, t, ids[i], err);
	return rc;
}

/* Nothing to compare with: the most frequent complaints, and no word of a change. */
static void pick_frequent(struct page *p)
{
	for (size_t i = 0; i < p->topics; i++) {
		struct page_topic *t = &p->topic[i];

		t->row.volume = (struct volume_change){ .known = false };
		t->row.q = NAN;
		if (p->risings < RISING_MAX && t->row.complaints >= FEW)
			p->rising[p->risings++] = t;
	}
}

static int pick_moved(struct page *p, struct err *err)
{
	int rc = pick(p, 1, p->rising, RISING_MAX, &p->risings, err);

	return rc ? rc : pick(p, -1, p->falling, FALLING_MAX, &p->fallings, err);
}

int page_gather_topics(struct page *p, struct err *err)
{
	const struct taxonomy *t = p->plan->frame.taxonomy;
	struct opinia_topic_row *rows;
	int rc =
		opinia_topic_rows(&p->plan->frame, p->score, p->plan->min_n,
				  TOPICS_BY_COMPLAINTS, p->arena, &rows, &p->topics, err);

	p->topic = rc ? NULL : arena_zero(p->arena, p->topics + 1, sizeof(*p->topic));
	if (rc || !p->topic)
		return rc ? rc : err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < p->topics; i++) {
		p->topic[i].row = rows[i];
		p->topic[i].id = t->topics[rows[i].topic].id;
		p->topic[i].label = t->topics[rows[i].topic].label[p->plan->lang];
	}
	if (p->comparable)
		rc = pick_moved(p, err);
	else
		pick_frequent(p);
	for (size_t i = 0; !rc && i < p->risings; i++)
		rc = gather_quotes(p, p->rising[i], err);
	for (size_t i = 0; !rc && i < p->fallings; i++)
		rc = gather_quotes(p, p->falling[i], err);
	return rc;
}
