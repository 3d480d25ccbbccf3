/* SPDX-License-Identifier: Apache-2.0 */
/* text_spans.c: see text_spans.h: rows of counts dropped, made and looked over. */
#include "store/text_spans.h"

#include <stdio.h>
#include <string.h>

#include "store/keys.h"
#include "store/text_span.h"

enum { SEGMENTS = 65536 };

struct sv text_span_key(uint16_t first, unsigned level, struct text_key *k)
{
	return text_key(first, 0, (uint8_t)level, k);
}

int text_span_damaged(struct err *err, uint16_t first, unsigned level)
{
	return err_set(err, ERR_INPUT, "counts of words of segments %u to %u: damaged",
		       first, (unsigned)(first + text_span_size(level) - 1));
}

void text_spans_drop(struct txn *t, uint16_t segment)
{
	for (unsigned level = 1; level <= TEXT_SPAN_LEVELS; level++) {
		uint32_t size = text_span_size(level);
		struct text_key k;

		txn_delete(t, DB_TEXT,
			   text_span_key((uint16_t)(segment / size * size), level, &k));
	}
}

/* ---- making -------------------------------------------------------------------------- */

uint16_t text_newest_segment(struct txn *t)
{
	struct txn_cursor c;
	uint16_t segment = 0;

	txn_cursor_open(&c, t, DB_TEXT);
	if (txn_last(&c) && c.key.n == TEXT_KEY_LEN)
		segment = (uint16_t)be_get(c.key.p, 2);
	txn_cursor_close(&c);
	return segment;
}

static bool is_there(struct txn *t, uint32_t first, unsigned level)
{
	struct text_key k;
	struct sv body;

	return txn_get(t, DB_TEXT, text_span_key((uint16_t)first, level, &k), &body);
}

static int make_row(struct txn *t, uint32_t first, unsigned level, struct err *err)
{
	struct text_key k;
	struct buf body;
	int rc;

	buf_init(&body, UINT32_MAX);
	rc = text_span_count(t, (uint16_t)first, level, true, &body, err);
	if (!rc)
		txn_put(t, DB_TEXT, text_span_key((uint16_t)first, level, &k),
			buf_sv(&body));
	buf_release(&body);
	for (uint32_t s = first; !rc && level == 2 && s < first + text_span_size(2);
	     s += text_span_size(1))
		txn_delete(t, DB_TEXT, text_span_key((uint16_t)s, 1, &k));
	return rc ? rc : txn_failed(t, err);
}

/* Rows of @level whose segments lie from @from on and before @to, the newest first. */
static int make_level(struct txn *t, unsigned level, uint32_t from, uint32_t to,
		      unsigned *left, struct err *err)
{
	uint32_t size = text_span_size(level);
	int rc = 0;

	for (uint32_t end = to / size * size; !rc && *left && end >= from + size;
	     end -= size) {
		struct err damage = ERR_NONE;

		if (is_there(t, end - size, level))
			continue;
		rc = make_row(t, end - size, level, &damage);
		if (rc == ERR_INPUT && !t->err.code)
			rc = 0;
		else if (rc)
			*err = damage;
		else
			--*left;
	}
	return rc ? rc : txn_failed(t, err);
}

int text_spans_make(struct txn *t, unsigned limit, unsigned *made, struct err *err)
{
	uint32_t newest = text_newest_segment(t);
	unsigned left = limit;
	/* fours only where there is no sixteen yet */
	int rc = make_level(t, 1, newest / text_span_size(2) * text_span_size(2), newest,
			    &left, err);

	for (unsigned level = 2; !rc && left && level <= TEXT_SPAN_LEVELS; level++)
		rc = make_level(t, level, 0, newest, &left, err);
	*made = limit - left;
	return rc;
}

/* ---- looking over -------------------------------------------------------------------- */

struct looking {
	struct txn *t;
	void (*tell)(void *self, const char *what);
	void *self;
	uint64_t *wrong;
};

static void say(struct looking *l, const char *what)
{
	l->tell(l->self, what);
	++*l->wrong;
}

static int compare(struct looking *l, uint16_t first, unsigned level, struct sv is,
		   struct err *err)
{
	struct text_span row;
	struct err why = ERR_NONE;
	struct buf should;
	char what[100];
	int rc;

	buf_init(&should, UINT32_MAX);
	rc = text_span_count(l->t, first, level, level > 2, &should, &why);
	snprintf(what, sizeof(what), "counts of words of segments %u to %u: %s", first,
		 (unsigned)(first + text_span_size(level) - 1),
		 text_span_open(is, first, level, &row) ? "not those of the runs"
							: "damaged");
	if (rc == ERR_INPUT)
		say(l, why.text);
	else if (rc)
		*err = why;
	else if (!sv_eq(is, buf_sv(&should)))
		say(l, what);
	buf_release(&should);
	return rc == ERR_INPUT ? 0 : rc;
}

static int look_at(struct looking *l, uint16_t first, uint8_t level, struct sv is,
		   struct err *err)
{
	char what[100];

	if (level && level <= TEXT_SPAN_LEVELS && first % text_span_size(level) == 0)
		return compare(l, first, level, is, err);
	snprintf(what, sizeof(what),
		 "counts of words from segment %u on: none of a level %u belong there",
		 first, level);
	say(l, what);
	return 0;
}

int text_spans_verify(struct txn *t, void (*tell)(void *self, const char *what),
		      void *self, uint64_t *wrong, struct err *err)
{
	struct looking l = { t, tell, self, wrong };
	uint32_t segment = 0, part = 0;
	struct txn_cursor c;
	int rc = 0;

	txn_cursor_open(&c, t, DB_TEXT);
	while (!rc && segment < SEGMENTS) {
		struct text_key k;

		if (!txn_seek(&c, text_key((uint16_t)segment, 0, (uint8_t)part, &k)) ||
		    c.key.n != TEXT_KEY_LEN)
			break;
		segment = (uint32_t)be_get(c.key.p, 2);
		part = (uint8_t)c.key.p[6];
		if (be_get(c.key.p + 2, 4) == 0)
			rc = look_at(&l, (uint16_t)segment, (uint8_t)part, c.value, err);
		else
			part = UINT8_MAX;
		segment += part == UINT8_MAX;
		part = part == UINT8_MAX ? 0 : part + 1;
	}
	txn_cursor_close(&c);
	return rc ? rc : txn_failed(t, err);
}
