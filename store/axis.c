/* SPDX-License-Identifier: Apache-2.0 */
/* axis.c: see axis.h: the table of what `--by` takes, and the names of its values. */
#include "store/axis.h"

#include <string.h>

#include "core/nearest.h"
#include "core/utf8.h"
#include "store/names.h"

struct axis_row {
	const char *name;
	enum opinia_dim dim;
	enum bits_dim bits;
	bool multi, only_given;
	uint8_t names; /* enum name_dim; 0: named by a rule */
};

/* clang-format off */
static const struct axis_row rows[] = {
	{ "day",       DIM_DAY,       BITS_DAY,        false, false, 0             },
	{ "week",      DIM_WEEK,      BITS_DAY,        false, false, 0             },
	{ "month",     DIM_MONTH,     BITS_DAY,        false, false, 0             },
	{ "weekday",   DIM_WEEKDAY,   BITS_DAY,        false, false, 0             },
	{ "channel",   DIM_CHANNEL,   BITS_CHANNEL,    false, false, 0             },
	{ "topic",     DIM_TOPIC,     BITS_TOPIC_MOOD, true,  true,  NAME_TOPIC    },
	{ "sentiment", DIM_SENTIMENT, BITS_SENTIMENT,  false, false, 0             },
	{ "language",  DIM_LANGUAGE,  BITS_LANGUAGE,   false, false, NAME_LANGUAGE },
	{ "lang",      DIM_LANGUAGE,  BITS_LANGUAGE,   false, false, NAME_LANGUAGE },
	{ "agent",     DIM_AGENT,     BITS_AGENT,      false, false, NAME_AGENT    },
	{ "team",      DIM_TEAM,      BITS_TEAM,       false, false, NAME_TEAM     },
	{ "queue",     DIM_QUEUE,     BITS_QUEUE,      false, false, NAME_QUEUE    },
	{ "source",    DIM_SOURCE,    BITS_SOURCE,     false, false, NAME_SOURCE   },
	{ "csat",      DIM_CSAT,      BITS_SCORE,      true,  false, 0             },
	{ "nps",       DIM_NPS,       BITS_SCORE,      true,  false, 0             },
	{ "ces",       DIM_CES,       BITS_SCORE,      true,  false, 0             },
	{ "fcr",       DIM_FCR,       BITS_SCORE,      true,  false, 0             },
	{ "attr.",     DIM_ATTR,      BITS_ATTR,       true,  false, NAME_ATTR     },
	{ "reason",    DIM_REASON,    BITS_REASON,     false, false, NAME_REASON   },
	{ NULL, DIM_COUNT, BITS_DIM_END, false, false, 0 },
};
/* clang-format on */

static const struct axis_row *row_of(enum opinia_dim dim)
{
	const struct axis_row *r = rows;

	while (r->name && r->dim != dim)
		r++;
	return r;
}

/* ---- "week,channel,attr.plan" ---------------------------------------------------- */

static int parse_one(struct sv name, struct opinia_by *out, struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv right, shown = utf8_clip(name, 40);

	for (const struct axis_row *r = rows; r->name; r++) {
		struct sv own = sv_of(r->name);

		nearest_try(&near, own);
		if (r->dim == DIM_ATTR ? name.n > own.n && sv_starts(name, own)
				       : sv_ieq(own, name)) {
			*out = (struct opinia_by){ r->dim, { NULL, 0 } };
			if (r->dim == DIM_ATTR)
				out->attr = sv_sub(name, own.n, name.n);
			return 0;
		}
	}
	right = nearest_found(&near);
	if (right.n)
		return err_set(err, ERR_USAGE,
			       "numbers cannot be grouped by `" SV_FMT
			       "`; did you mean `" SV_FMT "`?",
			       SV_ARG(shown), SV_ARG(right));
	return err_set(err, ERR_USAGE,
		       "numbers cannot be grouped by `" SV_FMT
		       "`; by day, week, month, weekday, "
		       "channel, topic, sentiment, language, agent, team, queue, source, "
		       "csat, nps, "
		       "ces, fcr, reason or attr.KEY they can",
		       SV_ARG(shown));
}

int opinia_by_parse(struct sv text, struct opinia_by out[3], size_t *count,
		    struct err *err)
{
	struct sv rest = text;

	*count = 0;
	do {
		struct sv name = sv_trim(sv_cut(&rest, ','));
		int rc;

		if (*count == 3)
			return err_set(err, ERR_USAGE,
				       "numbers are grouped by at most three things");
		rc = parse_one(name, &out[*count], err);
		if (rc)
			return rc;
		for (size_t i = 0; i < *count; i++)
			if (out[i].dim == out[*count].dim &&
			    sv_eq(out[i].attr, out[*count].attr))
				return err_set(err, ERR_USAGE,
					       "`" SV_FMT "` stands there twice",
					       SV_ARG(utf8_clip(name, 40)));
		++*count;
	} while (rest.n);
	return 0;
}

/* ---- opening --------------------------------------------------------------------- */

static bool want(void *self, uint32_t number, struct sv text)
{
	struct axis *a = self;

	(void)text;
	if (number < a->wanted_count)
		a->wanted[number] = 1;
	return true;
}

static int open_attr(struct opinia_snapshot *snap, struct axis *a, struct arena *arena,
		     struct err *err)
{
	char *prefix = arena_printf(arena, SV_FMT "=", SV_ARG(a->attr));

	a->wanted_count = names_count(&snap->txn, NAME_ATTR) + 1;
	a->wanted = arena_zero(arena, a->wanted_count, 1);
	if (!prefix || !a->wanted)
		return err_set(err, ERR_SYSTEM, "out of memory");
	names_each(&snap->txn, NAME_ATTR, sv_of(prefix), want, a);
	return txn_failed(&snap->txn, err);
}

static uint32_t kind_low(enum score_kind k)
{
	return (uint32_t)k << 29;
}

int axis_open(struct opinia_snapshot *snap, struct opinia_by by, struct arena *arena,
	      struct axis *out, struct err *err)
{
	static const enum score_kind kinds[][2] = {
		[DIM_CSAT] = { SCORE_CSAT, SCORE_CSAT },
		[DIM_NPS] = { SCORE_NPS, SCORE_NPS },
		[DIM_CES] = { SCORE_CES1, SCORE_CES2 },
		[DIM_FCR] = { SCORE_FCR, SCORE_FCR },
	};
	const struct axis_row *r = row_of(by.dim);

	if (!r->name)
		return err_set(err, ERR_BUG, "a dimension without a row");
	*out = (struct axis){ .dim = by.dim,
			      .attr = by.attr,
			      .bits = r->bits,
			      .high = UINT32_MAX,
			      .multi = r->multi,
			      .only_given = r->only_given };
	if (r->bits == BITS_SCORE) {
		out->low = kind_low(kinds[by.dim][0]);
		out->high = kind_low(kinds[by.dim][1]) | 0x1fffffff;
	}
	return by.dim == DIM_ATTR ? open_attr(snap, out, arena, err) : 0;
}

/* ---- values ---------------------------------------------------------------------- */

/* Values begin at 1, so that 0 can say "none given". */
bool axis_value(const struct axis *a, uint32_t raw, uint32_t *value)
{
	int32_t day;

	switch (a->dim) {
	case DIM_DAY:
		*value = raw;
		break;
	case DIM_WEEK:
		*value = dims_day(day_week_start(dims_day_of(raw)));
		break;
	case DIM_MONTH:
		*value = dims_day(day_month_start(dims_day_of(raw)));
		break;
	case DIM_WEEKDAY:
		day = dims_day_of(raw);
		*value = (uint32_t)(day - day_week_start(day)) + 1;
		break;
	case DIM_CHANNEL:
	case DIM_SENTIMENT:
		*value = raw + 1;
		break;
	case DIM_TOPIC:
		*value = raw >> 2;
		break;
	case DIM_CSAT:
	case DIM_NPS:
	case DIM_CES:
	case DIM_FCR:
		*value = raw | 0x0f000000; /* never 0; which of several is not said */
		return (raw >> 24 & 15) ==
		       0; /* the second of the same score adds no record */
	case DIM_ATTR:
		*value = raw;
		return raw < a->wanted_count && a->wanted[raw];
	default:
		*value = raw;
		break;
	}
	return true;
}

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/*
 * "4"; with its scale where that is not the usual one: "4 (1-10)"; CES says which of
 * the two.
 */
static char *score_name(const struct axis *a, uint32_t value, struct arena *arena,
			int32_t *order)
{
	struct indexed_score s;
	struct score usual;
	bool plain;

	dims_score_of(value, &s);
	usual = score_preset((enum score_kind)s.kind);
	plain = s.min == usual.min && s.max == usual.max &&
		s.low_is_good == usual.low_is_good;
	*order = s.value;
	if (a->dim == DIM_CES)
		return arena_printf(arena, plain ? "%s %d" : "%s %d (%d-%d%s)",
				    score_kind_name((enum score_kind)s.kind), s.value,
				    s.min, s.max, s.low_is_good ? ", low is good" : "");
	return arena_printf(arena, plain ? "%d" : "%d (%d-%d%s)", s.value, s.min, s.max,
			    s.low_is_good ? ", low is good" : "");
}

static bool time_name(const struct axis *a, uint32_t value, struct arena *arena,
		      struct sv *key, int32_t *order)
{
	char text[WHEN_TEXT_MAX];

	if (a->dim == DIM_WEEKDAY) {
		*order = (int32_t)value;
		*key = sv_of(weekdays[(value - 1) % 7]);
		return true;
	}
	*order = dims_day_of(value);
	if (a->dim == DIM_DAY)
		day_format(*order, text);
	else if (a->dim == DIM_WEEK)
		week_format(*order, text);
	else
		month_format(*order, text);
	return arena_copy(arena, sv_of(text), key);
}

/* The name that is interned; of "plan=pro" the part behind the sign. */
static struct sv stored_name(struct txn_cursor *names, const struct axis *a,
			     uint32_t value)
{
	struct sv text =
		names_text_at(names, (enum name_dim)row_of(a->dim)->names, value);

	if (a->dim == DIM_ATTR)
		sv_cut(&text, '=');
	return text;
}

bool axis_name(struct txn_cursor *names, const struct axis *a, uint32_t value,
	       struct arena *arena, struct sv *key, int32_t *order)
{
	char *made;

	*order = 0;
	*key = (struct sv){ NULL, 0 };
	if (value == 0)
		return true;
	switch (a->dim) {
	case DIM_DAY:
	case DIM_WEEK:
	case DIM_MONTH:
	case DIM_WEEKDAY:
		return time_name(a, value, arena, key, order);
	case DIM_CSAT:
	case DIM_NPS:
	case DIM_CES:
	case DIM_FCR:
		made = score_name(a, value, arena, order);
		break;
	case DIM_CHANNEL:
		*key = sv_of(channel_name((enum channel)(value - 1)));
		return true;
	case DIM_SENTIMENT:
		*key = sv_of(sentiment_name((enum sentiment)(value - 1)));
		return true;
	default:
		return arena_copy(arena, stored_name(names, a, value), key);
	}
	*key = sv_of(made);
	return made != NULL;
}

int axis_compare(struct sv key_a, int32_t order_a, struct sv key_b, int32_t order_b)
{
	if (!key_a.n != !key_b.n)
		return key_a.n ? -1 : 1;
	if (order_a != order_b)
		return order_a < order_b ? -1 : 1;
	return sv_cmp(key_a, key_b);
}
