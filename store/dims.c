/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dims.c: see dims.h: the table of dimensions, a row and a function of a few lines for
 * each.
 */
#include "store/dims.h"

#include "store/names.h"

struct taker {
	void (*take)(void *self, enum bits_dim dim, uint32_t value);
	void *self;
	enum bits_dim dim;
};

static void give(const struct taker *t, uint32_t value)
{
	t->take(t->self, t->dim, value);
}

static void give_some(const struct taker *t, uint32_t value)
{
	if (value)
		give(t, value);
}

static void of_kind(const struct indexed *x, const struct taker *t)
{
	give(t, x->kind);
}
static void of_channel(const struct indexed *x, const struct taker *t)
{
	give(t, x->channel);
}
static void of_day(const struct indexed *x, const struct taker *t)
{
	give(t, dims_day(x->day));
}

static void of_topic_mood(const struct indexed *x, const struct taker *t)
{
	for (unsigned i = 0; i < x->topic_count; i++)
		give(t, dims_topic_mood(x->topics[i].topic, x->topics[i].label));
}

static void of_sentiment(const struct indexed *x, const struct taker *t)
{
	if (x->analyzed)
		give(t, x->sentiment);
}

static void of_language(const struct indexed *x, const struct taker *t)
{
	if (x->analyzed)
		give_some(t, x->language);
}

static void of_agent(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->agent);
}
static void of_team(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->team);
}
static void of_queue(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->queue);
}
static void of_source(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->source);
}
static void of_activity(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->activity);
}
static void of_reason(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->reason);
}

static bool same_score(const struct indexed_score *a, const struct indexed_score *b)
{
	return a->kind == b->kind && a->value == b->value && a->min == b->min &&
	       a->max == b->max && a->low_is_good == b->low_is_good;
}

/* Two questions answered alike are two scores: the second is a value of its own. */
static void of_score(const struct indexed *x, const struct taker *t)
{
	for (unsigned i = 0; i < x->score_count; i++) {
		unsigned nth = 0;

		for (unsigned j = 0; j < i; j++)
			nth += same_score(&x->scores[i], &x->scores[j]);
		give(t, dims_score(&x->scores[i], nth));
	}
}

static void of_attr(const struct indexed *x, const struct taker *t)
{
	for (unsigned i = 0; i < x->attr_count; i++)
		give_some(t, x->attrs[i]);
}

static void of_flag(const struct indexed *x, const struct taker *t)
{
	if (x->commented)
		give(t, FLAG_COMMENTED);
	if (x->contradiction)
		give(t, FLAG_CONTRADICTION);
	if (x->no_content)
		give(t, FLAG_NO_CONTENT);
	if (x->customer)
		give(t, FLAG_CUSTOMER);
	if (x->erased)
		give(t, FLAG_ERASED);
}

static void of_escalated(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->escalated);
}

static void of_self_service(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->self_service);
}

static void of_delivery(const struct indexed *x, const struct taker *t)
{
	give_some(t, x->delivery);
}

/* clang-format off */
const struct dim dims[] = {
	{ BITS_KIND,         "kind",         false, 0,             of_kind         },
	{ BITS_CHANNEL,      "channel",      false, 0,             of_channel      },
	{ BITS_DAY,          "day",          false, 0,             of_day          },
	{ BITS_TOPIC_MOOD,   "topic mood",   true,  0,             of_topic_mood   },
	{ BITS_SENTIMENT,    "sentiment",    false, 0,             of_sentiment    },
	{ BITS_LANGUAGE,     "language",     false, NAME_LANGUAGE, of_language     },
	{ BITS_AGENT,        "agent",        false, NAME_AGENT,    of_agent        },
	{ BITS_TEAM,         "team",         false, NAME_TEAM,     of_team         },
	{ BITS_QUEUE,        "queue",        false, NAME_QUEUE,    of_queue        },
	{ BITS_SOURCE,       "source",       false, NAME_SOURCE,   of_source       },
	{ BITS_SCORE,        "score",        true,  0,             of_score        },
	{ BITS_ATTR,         "attribute",    true,  NAME_ATTR,     of_attr         },
	{ BITS_FLAG,         "flag",         true,  0,             of_flag         },
	{ BITS_ESCALATED,    "escalated",    false, 0,             of_escalated    },
	{ BITS_SELF_SERVICE, "self_service", false, 0,             of_self_service },
	{ BITS_DELIVERY,     "delivery",     false, 0,             of_delivery     },
	{ BITS_ACTIVITY,     "activity",     false, NAME_ACTIVITY, of_activity     },
	{ BITS_REASON,       "reason",       false, NAME_REASON,   of_reason       },
	{ BITS_DIM_END,      NULL,           false, 0,             NULL            },
};
/* clang-format on */

const struct dim *dims_find(enum bits_dim id)
{
	const struct dim *d = dims;

	while (d->name && d->id != id)
		d++;
	return d->name ? d : NULL;
}

void dims_each(const struct indexed *x,
	       void (*take)(void *self, enum bits_dim dim, uint32_t value), void *self)
{
	for (const struct dim *d = dims; d->name; d++)
		d->values(x, &(struct taker){ take, self, d->id });
}

uint32_t dims_day(int32_t day)
{
	return (uint32_t)day ^ 0x80000000u;
}

int32_t dims_day_of(uint32_t value)
{
	return (int32_t)(value ^ 0x80000000u);
}

uint32_t dims_topic_mood(uint32_t topic, uint8_t label)
{
	return topic << 2 | (label & 3u);
}

/*
 * From the lowest bit: min 16, value - min 4, max - min 4, how many-th 4, low is good
 * 1, kind 3.
 */
uint32_t dims_score(const struct indexed_score *s, unsigned nth)
{
	uint32_t at = (uint32_t)(s->value - s->min) & 15,
		 span = (uint32_t)(s->max - s->min) & 15;

	return (uint32_t)s->kind << 29 | (uint32_t)s->low_is_good << 28 |
	       (nth & 15u) << 24 | span << 20 | at << 16 | (uint16_t)s->min;
}

void dims_score_of(uint32_t value, struct indexed_score *s)
{
	s->kind = (uint8_t)(value >> 29);
	s->low_is_good = value >> 28 & 1;
	s->min = (int16_t)(value & 0xffff);
	s->max = (int16_t)(s->min + (int)(value >> 20 & 15));
	s->value = (int16_t)(s->min + (int)(value >> 16 & 15));
}
