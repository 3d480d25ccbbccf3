/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter.c: the fields a filter may name, in one table; a filter as text again; and the
 * few ways in which the rest of the program adds to a filter or asks what period it
 * speaks of.
 */
#include "store/filter.h"

#include <string.h>

#include "store/opinia_store.h"

/* clang-format off */
static const struct filter_choice sentiments[] = {
	{ "neg", SENTIMENT_NEG }, { "neu", SENTIMENT_NEU }, { "pos", SENTIMENT_POS },
	{ "mixed", SENTIMENT_MIXED }, { "negative", SENTIMENT_NEG },
	{ "neutral", SENTIMENT_NEU }, { "positive", SENTIMENT_POS }, { NULL, 0 },
};
static const struct filter_choice channels[] = {
	{ "chat", CHANNEL_CHAT }, { "email", CHANNEL_EMAIL }, { "phone", CHANNEL_PHONE },
	{ "web", CHANNEL_WEB }, { "other", CHANNEL_OTHER }, { NULL, 0 },
};
static const struct filter_choice kinds[] = {
	{ "feedback", KIND_FEEDBACK }, { "interaction", KIND_INTERACTION },
	{ "invitation", KIND_INVITATION }, { "activity", KIND_ACTIVITY },
	{ "customer", KIND_CUSTOMER }, { NULL, 0 },
};
static const struct filter_choice deliveries[] = {
	{ "delivered", DELIVERY_DELIVERED }, { "bounced", DELIVERY_BOUNCED },
	{ "offered", DELIVERY_OFFERED }, { NULL, 0 },
};
static const struct filter_choice yes_no[] = {
	{ "yes", TRI_YES }, { "no", TRI_NO }, { NULL, 0 },
};
static const struct filter_choice things[] = {
	{ "comment", HAS_COMMENT }, { "score", HAS_SCORE }, { "csat", HAS_CSAT },
	{ "nps", HAS_NPS }, { "ces", HAS_CES }, { "ces1", HAS_CES1 }, { "ces2", HAS_CES2 },
	{ "fcr", HAS_FCR }, { "customer", HAS_CUSTOMER }, { "topic", HAS_TOPIC },
	{ "agent", HAS_AGENT }, { "team", HAS_TEAM }, { "queue", HAS_QUEUE },
	{ "reason", HAS_REASON }, { NULL, 0 },
};
static const struct filter_choice states[] = {
	{ "contradiction", IS_CONTRADICTION }, { "no_content", IS_NO_CONTENT },
	{ "erased", IS_ERASED }, { NULL, 0 },
};

const struct filter_field_row filter_fields[] = {
	{ "text",         FILTER_WORDS,        TYPE_WORDS, NULL       },
	{ "topic",        FILTER_TOPIC,        TYPE_TOPIC, NULL       },
	{ "complaint",    FILTER_COMPLAINT,    TYPE_TOPIC, NULL       },
	{ "praise",       FILTER_PRAISE,       TYPE_TOPIC, NULL       },
	{ "sentiment",    FILTER_SENTIMENT,    TYPE_ENUM,  sentiments },
	{ "channel",      FILTER_CHANNEL,      TYPE_ENUM,  channels   },
	{ "kind",         FILTER_KIND,         TYPE_ENUM,  kinds      },
	{ "lang",         FILTER_LANGUAGE,     TYPE_CODE,  NULL       },
	{ "language",     FILTER_LANGUAGE,     TYPE_CODE,  NULL       },
	{ "agent",        FILTER_AGENT,        TYPE_NAME,  NULL       },
	{ "team",         FILTER_TEAM,         TYPE_NAME,  NULL       },
	{ "queue",        FILTER_QUEUE,        TYPE_NAME,  NULL       },
	{ "source",       FILTER_SOURCE,       TYPE_NAME,  NULL       },
	{ "reason",       FILTER_REASON,       TYPE_NAME,  NULL       },
	{ "activity",     FILTER_ACTIVITY,     TYPE_NAME,  NULL       },
	{ "attr.",        FILTER_ATTR,         TYPE_ATTR,  NULL       },
	{ "delivery",     FILTER_DELIVERY,     TYPE_ENUM,  deliveries },
	{ "escalated",    FILTER_ESCALATED,    TYPE_ENUM,  yes_no     },
	{ "self_service", FILTER_SELF_SERVICE, TYPE_ENUM,  yes_no     },
	{ "csat",         FILTER_CSAT,         TYPE_SCORE, NULL       },
	{ "nps",          FILTER_NPS,          TYPE_SCORE, NULL       },
	{ "ces",          FILTER_CES,          TYPE_SCORE, NULL       },
	{ "ces1",         FILTER_CES1,         TYPE_SCORE, NULL       },
	{ "ces2",         FILTER_CES2,         TYPE_SCORE, NULL       },
	{ "fcr",          FILTER_FCR,          TYPE_SCORE, NULL       },
	{ "has",          FILTER_HAS,          TYPE_ENUM,  things     },
	{ "is",           FILTER_IS,           TYPE_ENUM,  states     },
	{ "id",           FILTER_ID,           TYPE_ID,    NULL       },
	{ "customer",     FILTER_CUSTOMER,     TYPE_NAME,  NULL       },
	{ "day",          FILTER_DAYS,         TYPE_DAY,   NULL       },
	{ "since",        FILTER_DAYS,         TYPE_SINCE, NULL       },
	{ "until",        FILTER_DAYS,         TYPE_UNTIL, NULL       },
	{ NULL, FILTER_FIELDS, TYPE_WORDS, NULL },
};
/* clang-format on */

const struct filter_field_row *filter_field_find(struct sv name)
{
	for (const struct filter_field_row *row = filter_fields; row->name; row++) {
		struct sv own = sv_of(row->name);

		if (row->type == TYPE_ATTR ? name.n > own.n && sv_starts(name, own)
					   : sv_ieq(own, name))
			return row;
	}
	return NULL;
}

const struct filter_field_row *filter_field_row(enum filter_field field)
{
	const struct filter_field_row *row = filter_fields;

	while (row->name && row->field != field)
		row++;
	return row;
}

/* ---- as text --------------------------------------------------------------------- */

static void put_quoted(struct sv s, struct buf *out)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, s.p[i]);
	}
	buf_char(out, '"');
}

/* A value stands bare if nothing in it could end it or be read as something else. */
static void put_text(struct sv s, struct buf *out)
{
	bool bare = s.n && s.p[0] != '=';

	for (size_t i = 0; i < s.n; i++)
		if (memchr(" \t\r\n,\"\\", s.p[i], 8))
			bare = false;
	if (bare)
		buf_sv_put(out, s);
	else
		put_quoted(s, out);
}

static void put_bound(int64_t n, bool day, struct buf *out)
{
	char text[WHEN_TEXT_MAX];

	if (n == FILTER_NO_LOW || n == FILTER_NO_HIGH)
		return;
	if (!day) {
		buf_printf(out, "%lld", (long long)n);
		return;
	}
	day_format((int32_t)n, text);
	buf_str(out, text);
}

static void put_range(const struct filter_value *v, bool day, struct buf *out)
{
	put_bound(v->low, day, out);
	if (v->low == v->high)
		return;
	buf_str(out, "..");
	put_bound(v->high, day, out);
}

static void put_choice(const struct filter_field_row *row, const struct filter_value *v,
		       struct buf *out)
{
	if (row->field == FILTER_HAS && v->number == HAS_ATTR) {
		buf_str(out, "attr.");
		buf_sv_put(out, v->text);
		return;
	}
	for (const struct filter_choice *c = row->choices; c->name; c++)
		if (c->number == v->number) {
			buf_str(out, c->name);
			return;
		}
}

static void put_value(const struct filter_field_row *row, const struct filter_value *v,
		      struct buf *out)
{
	switch (row->type) {
	case TYPE_WORDS:
		if (v->phrase) {
			put_quoted(v->text, out);
			break;
		}
		buf_str(out, v->exact ? "=" : "");
		buf_sv_put(out, v->text);
		break;
	case TYPE_ENUM:
		put_choice(row, v, out);
		break;
	case TYPE_SCORE:
	case TYPE_ID:
		put_range(v, false, out);
		break;
	case TYPE_SINCE:
	case TYPE_UNTIL:
	case TYPE_DAY:
		put_range(v, true, out);
		break;
	case TYPE_TOPIC:
	case TYPE_CODE:
	case TYPE_NAME:
	case TYPE_ATTR:
		put_text(v->text, out);
		break;
	}
}

/*
 * Words stand alone where that reads back as the same; only there may they hold a
 * comma.
 */
static bool stands_alone(const struct filter_term *t)
{
	const struct filter_value *v = t->values;

	if (t->field != FILTER_WORDS || t->count != 1)
		return false;
	if (v->phrase || v->exact || memchr(v->text.p, ',', v->text.n))
		return true;
	return v->text.p[0] != '-' && !memchr(v->text.p, ':', v->text.n);
}

static void put_term(const struct filter_term *t, struct buf *out)
{
	const struct filter_field_row *row = filter_field_row(t->field);

	if (t->negated)
		buf_char(out, '-');
	if (!stands_alone(t)) {
		buf_str(out, row->name);
		buf_sv_put(out, t->key);
		buf_char(out, ':');
	}
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			buf_char(out, ',');
		put_value(row, &t->values[i], out);
	}
}

void filter_print(const struct filter *f, struct buf *out)
{
	for (size_t i = 0; f && i < f->count; i++) {
		if (i)
			buf_char(out, ' ');
		put_term(&f->terms[i], out);
	}
}

/* ---- adding and asking ----------------------------------------------------------- */

/* @f with one more term, copied: the old one may be in use elsewhere. */
static struct filter *with_term(const struct filter *f, const struct filter_term *t,
				struct arena *arena)
{
	size_t n = f ? f->count : 0;
	struct filter *out = arena_take(arena, sizeof(*out));
	struct filter_term *terms = arena_take(arena, (n + 1) * sizeof(*terms));

	if (!out || !terms)
		return NULL;
	if (n)
		memcpy(terms, f->terms, n * sizeof(*terms));
	terms[n] = *t;
	*out = (struct filter){ terms, n + 1 };
	return out;
}

static struct filter *with_value(const struct filter *f, struct filter_term t,
				 const struct filter_value *v, struct arena *arena)
{
	struct filter_value *copy = arena_take(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *v;
	t.values = copy;
	t.count = 1;
	return with_term(f, &t, arena);
}

struct filter *opinia_filter_days(struct filter *f, int32_t first, int32_t last,
				  struct arena *arena)
{
	struct filter_value v = { .low = first, .high = last };

	if (f && first == FILTER_NO_LOW && last == FILTER_NO_HIGH)
		return f;
	return with_value(f, (struct filter_term){ .field = FILTER_DAYS }, &v, arena);
}

/* Words that could not be typed as one bare word are meant as a phrase. */
static bool is_phrase(struct sv *text)
{
	struct sv s = sv_starts(*text, SV("=")) ? sv_sub(*text, 1, text->n) : *text;

	for (size_t i = 0; i < s.n; i++)
		if (memchr(" \t\r\n,\"\\", s.p[i], 8)) {
			*text = s;
			return true;
		}
	return false;
}

struct filter *opinia_filter_and(struct filter *f, struct sv field, struct sv value,
				 struct arena *arena)
{
	const struct filter_field_row *row = filter_field_find(field);
	struct filter_term t = { .field = FILTER_FIELDS };
	struct err err = ERR_NONE;
	struct filter_reader r = { NULL, arena, &err, { NULL, 0 } };
	struct filter_value v;
	bool phrase;

	if (!row || !arena_copy(arena, field, &field) ||
	    !arena_copy(arena, value, &value))
		return NULL;
	phrase = row->type == TYPE_WORDS && is_phrase(&value);
	if (filter_value_read(&r, row, value, phrase, &v))
		return NULL;
	t.field = row->field;
	if (row->type == TYPE_ATTR)
		t.key = sv_sub(field, 5, field.n);
	return with_value(f, t, &v, arena);
}

/* From the first to the last day of any of a term's values. */
static void hull(const struct filter_term *t, int64_t *low, int64_t *high)
{
	*low = FILTER_NO_HIGH;
	*high = FILTER_NO_LOW;
	for (size_t i = 0; i < t->count; i++) {
		*low = t->values[i].low < *low ? t->values[i].low : *low;
		*high = t->values[i].high > *high ? t->values[i].high : *high;
	}
}

bool opinia_filter_period(const struct filter *f, int32_t *first, int32_t *last)
{
	int64_t low, high, from = FILTER_NO_LOW, to = FILTER_NO_HIGH;
	bool any = false;

	for (size_t i = 0; f && i < f->count; i++) {
		if (f->terms[i].field != FILTER_DAYS || f->terms[i].negated)
			continue;
		hull(&f->terms[i], &low, &high);
		from = low > from ? low : from;
		to = high < to ? high : to;
		any = true;
	}
	if (any) {
		*first = (int32_t)from;
		*last = (int32_t)to;
	}
	return any;
}

struct filter *opinia_filter_timeless(const struct filter *f, struct arena *arena)
{
	size_t n = f ? f->count : 0, kept = 0;
	struct filter *out = arena_take(arena, sizeof(*out));
	struct filter_term *terms = arena_take(arena, (n + 1) * sizeof(*terms));

	if (!out || !terms)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (f->terms[i].field != FILTER_DAYS || f->terms[i].negated)
			terms[kept++] = f->terms[i];
	*out = (struct filter){ terms, kept };
	return out;
}
