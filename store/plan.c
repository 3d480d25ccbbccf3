/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.c: see plan.h: each field of a filter has a function here that says where its
 * records are. A name that the store has never seen gives an operand without sources:
 * nothing matches.
 */
#include "store/plan.h"

#include <stdlib.h>
#include <string.h>

#include "store/customers.h"
#include "store/names.h"
#include "store/plan_words.h"

enum {
	COST_LIST = 1,
	COST_VALUE = 2,
	COST_PROBE = 6,
	COST_SCORES = 16,
	COST_RANGE = 24,
	COST_DENSE = 20, /* kind and channel: quick to get, but they leave much */
	COST_NEGATED = 100
};

struct planner {
	struct opinia_snapshot *snap;
	struct arena *arena;
	struct err *err;
	struct plan *plan;
	struct operand *op;
	struct sv wanted; /* of a name that is looked for regardless of case */
	bool failed;
};

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

static void add_source(struct planner *p, struct source s, unsigned cost)
{
	struct operand *op = p->op;

	if (op->count == op->room) {
		size_t room = op->room ? 2 * op->room : 4;
		struct source *grown =
			arena_grow(p->arena, op->sources, op->room * sizeof(*grown),
				   room * sizeof(*grown));

		if (!grown) {
			p->failed = true;
			return;
		}
		op->sources = grown;
		op->room = room;
	}
	op->sources[op->count++] = s;
	op->cost += cost;
}

static void add_values(struct planner *p, enum bits_dim dim, uint32_t low, uint32_t high)
{
	add_source(p,
		   (struct source){
			   .type = SOURCE_VALUES, .dim = dim, .low = low, .high = high },
		   high - low < SENTIMENT_COUNT ? COST_VALUE : COST_RANGE);
}

static void add_value(struct planner *p, enum bits_dim dim, uint32_t value)
{
	add_values(p, dim, value, value);
}

/* ---- topics ---------------------------------------------------------------------- */

static bool take_topic(void *self, uint32_t number, struct sv text)
{
	struct planner *p = self;

	if (text.n > p->wanted.n && text.p[p->wanted.n] != '.')
		return true;
	if (p->op->field == FILTER_TOPIC)
		add_values(p, BITS_TOPIC_MOOD, dims_topic_mood(number, 0),
			   dims_topic_mood(number, SENTIMENT_COUNT - 1));
	else
		add_value(p, BITS_TOPIC_MOOD,
			  dims_topic_mood(number, p->op->field == FILTER_PRAISE
							  ? SENTIMENT_POS
							  : SENTIMENT_NEG));
	return !p->failed;
}

static int of_topic(struct planner *p, const struct filter_term *t,
		    const struct filter_value *v)
{
	(void)t;
	p->wanted = v->text;
	names_each(&p->snap->txn, NAME_TOPIC, v->text, take_topic, p);
	return 0;
}

/* ---- names ----------------------------------------------------------------------- */

struct named {
	enum filter_field field;
	enum bits_dim dim;
	enum name_dim names;
};

/* clang-format off */
static const struct named named[] = {
	{ FILTER_LANGUAGE, BITS_LANGUAGE, NAME_LANGUAGE },
	{ FILTER_AGENT,    BITS_AGENT,    NAME_AGENT    },
	{ FILTER_TEAM,     BITS_TEAM,     NAME_TEAM     },
	{ FILTER_QUEUE,    BITS_QUEUE,    NAME_QUEUE    },
	{ FILTER_SOURCE,   BITS_SOURCE,   NAME_SOURCE   },
	{ FILTER_REASON,   BITS_REASON,   NAME_REASON   },
	{ FILTER_ACTIVITY, BITS_ACTIVITY, NAME_ACTIVITY },
	{ FILTER_ATTR,     BITS_ATTR,     NAME_ATTR     },
};
/* clang-format on */

static const struct named *named_of(enum filter_field field)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].field == field)
			return &named[i];
	return NULL;
}

static bool take_name(void *self, uint32_t number, struct sv text)
{
	struct planner *p = self;

	if (sv_ieq(text, p->wanted))
		add_value(p, named_of(p->op->field)->dim, number);
	return !p->failed;
}

/* The name as written; else every name that differs in case only. */
static int of_name(struct planner *p, const struct filter_term *t,
		   const struct filter_value *v)
{
	const struct named *n = named_of(t->field);
	struct sv text = v->text, prefix = { NULL, 0 };
	uint32_t number;

	if (t->field == FILTER_ATTR) {
		text.p = arena_printf(p->arena, SV_FMT "=" SV_FMT, SV_ARG(t->key),
				      SV_ARG(v->text));
		if (!text.p)
			return no_memory(p->err);
		text.n = t->key.n + 1 + v->text.n;
		prefix = (struct sv){ text.p, t->key.n + 1 };
	}
	number = names_find(&p->snap->txn, n->names, text);
	if (number) {
		add_value(p, n->dim, number);
		return 0;
	}
	p->wanted = text;
	names_each(&p->snap->txn, n->names, prefix, take_name, p);
	return 0;
}

static bool take_any(void *self, uint32_t number, struct sv text)
{
	struct planner *p = self;

	(void)text;
	add_value(p, BITS_ATTR, number);
	return !p->failed;
}

/* ---- the other fields ------------------------------------------------------------ */

static int of_number(struct planner *p, const struct filter_term *t,
		     const struct filter_value *v)
{
	enum bits_dim dim = t->field == FILTER_SENTIMENT   ? BITS_SENTIMENT
			    : t->field == FILTER_CHANNEL   ? BITS_CHANNEL
			    : t->field == FILTER_KIND	   ? BITS_KIND
			    : t->field == FILTER_DELIVERY  ? BITS_DELIVERY
			    : t->field == FILTER_ESCALATED ? BITS_ESCALATED
							   : BITS_SELF_SERVICE;

	add_value(p, dim, (uint32_t)v->number);
	if (dim == BITS_KIND || dim == BITS_CHANNEL)
		p->op->cost += COST_DENSE;
	return 0;
}

static void add_scores(struct planner *p, enum score_kind first, enum score_kind last,
		       int64_t from, int64_t to)
{
	add_source(p,
		   (struct source){ .type = SOURCE_SCORES,
				    .dim = BITS_SCORE,
				    .low = first,
				    .high = last,
				    .from = from,
				    .to = to },
		   COST_SCORES);
}

static int of_score(struct planner *p, const struct filter_term *t,
		    const struct filter_value *v)
{
	static const enum score_kind range[][2] = {
		[FILTER_CSAT] = { SCORE_CSAT, SCORE_CSAT },
		[FILTER_NPS] = { SCORE_NPS, SCORE_NPS },
		[FILTER_CES] = { SCORE_CES1, SCORE_CES2 },
		[FILTER_CES1] = { SCORE_CES1, SCORE_CES1 },
		[FILTER_CES2] = { SCORE_CES2, SCORE_CES2 },
		[FILTER_FCR] = { SCORE_FCR, SCORE_FCR },
	};

	add_scores(p, range[t->field][0], range[t->field][1], v->low, v->high);
	return 0;
}

static void of_has_score(struct planner *p, enum filter_has has)
{
	static const enum score_kind range[][2] = {
		[HAS_SCORE] = { 0, SCORE_KINDS - 1 },
		[HAS_CSAT] = { SCORE_CSAT, SCORE_CSAT },
		[HAS_NPS] = { SCORE_NPS, SCORE_NPS },
		[HAS_CES] = { SCORE_CES1, SCORE_CES2 },
		[HAS_CES1] = { SCORE_CES1, SCORE_CES1 },
		[HAS_CES2] = { SCORE_CES2, SCORE_CES2 },
		[HAS_FCR] = { SCORE_FCR, SCORE_FCR },
	};

	add_scores(p, range[has][0], range[has][1], INT16_MIN, INT16_MAX);
}

static int of_has(struct planner *p, const struct filter_term *t,
		  const struct filter_value *v)
{
	char *prefix;

	(void)t;
	switch ((enum filter_has)v->number) {
	case HAS_COMMENT:
		add_value(p, BITS_FLAG, FLAG_COMMENTED);
		break;
	case HAS_CUSTOMER:
		add_value(p, BITS_FLAG, FLAG_CUSTOMER);
		break;
	case HAS_TOPIC:
		add_values(p, BITS_TOPIC_MOOD, 0, UINT32_MAX);
		break;
	case HAS_AGENT:
		add_values(p, BITS_AGENT, 0, UINT32_MAX);
		break;
	case HAS_TEAM:
		add_values(p, BITS_TEAM, 0, UINT32_MAX);
		break;
	case HAS_QUEUE:
		add_values(p, BITS_QUEUE, 0, UINT32_MAX);
		break;
	case HAS_REASON:
		add_values(p, BITS_REASON, 0, UINT32_MAX);
		break;
	case HAS_ATTR:
		prefix = arena_printf(p->arena, SV_FMT "=", SV_ARG(v->text));
		if (!prefix)
			return no_memory(p->err);
		names_each(&p->snap->txn, NAME_ATTR, sv_of(prefix), take_any, p);
		break;
	default:
		of_has_score(p, (enum filter_has)v->number);
		break;
	}
	return 0;
}

static int of_is(struct planner *p, const struct filter_term *t,
		 const struct filter_value *v)
{
	static const uint32_t flags[IS_COUNT] = {
		[IS_CONTRADICTION] = FLAG_CONTRADICTION,
		[IS_NO_CONTENT] = FLAG_NO_CONTENT,
		[IS_ERASED] = FLAG_ERASED,
	};

	(void)t;
	add_value(p, BITS_FLAG, flags[v->number]);
	return 0;
}

static int of_id(struct planner *p, const struct filter_term *t,
		 const struct filter_value *v)
{
	(void)t;
	add_source(p,
		   (struct source){ .type = SOURCE_IDS,
				    .low = v->low < 0 ? 0 : (uint32_t)v->low,
				    .high = v->high == FILTER_NO_HIGH
						    ? UINT32_MAX
						    : (uint32_t)v->high },
		   COST_LIST);
	return 0;
}

static int of_customer(struct planner *p, const struct filter_term *t,
		       const struct filter_value *v)
{
	struct source s = { .type = SOURCE_LIST };
	uint32_t *numbers, *ids, number;
	size_t count;
	int rc;

	(void)t;
	if (!p->snap->store->has_key)
		return err_set(
			p->err, ERR_CONFIG,
			"`customer:` needs the store's key: without it nobody is known");
	number = customers_find(p->snap, ALIAS_ANY, v->text, p->err);
	rc = txn_failed(&p->snap->txn, p->err);
	if (rc || !number)
		return rc;
	rc = customers_group(&p->snap->txn, number, p->arena, &numbers, &count, p->err);
	if (!rc)
		rc = customers_records(p->snap, numbers, count, false, p->arena, &ids,
				       &s.count, p->err);
	s.ids = rc ? NULL : ids;
	if (!rc)
		add_source(p, s, COST_LIST);
	return rc;
}

static int of_days(struct planner *p, const struct filter_term *t,
		   const struct filter_value *v)
{
	(void)t;
	add_values(p, BITS_DAY, dims_day((int32_t)v->low), dims_day((int32_t)v->high));
	return 0;
}

static int of_words(struct planner *p, const struct filter_term *t,
		    const struct filter_value *v)
{
	struct source s = { .type = SOURCE_TEXT };
	int rc = plan_words(p->snap->store, v, p->arena, &s.probes, &s.count, p->err);

	(void)t;
	if (!rc)
		add_source(p, s, COST_PROBE);
	return rc;
}

typedef int of_field(struct planner *p, const struct filter_term *t,
		     const struct filter_value *v);

/* clang-format off */
static of_field *const of_fields[FILTER_FIELDS] = {
	[FILTER_WORDS] = of_words,	[FILTER_TOPIC] = of_topic,	  [FILTER_COMPLAINT] = of_topic,
	[FILTER_PRAISE] = of_topic,	[FILTER_SENTIMENT] = of_number,	  [FILTER_CHANNEL] = of_number,
	[FILTER_KIND] = of_number,	[FILTER_LANGUAGE] = of_name,	  [FILTER_AGENT] = of_name,
	[FILTER_TEAM] = of_name,	[FILTER_QUEUE] = of_name,	  [FILTER_SOURCE] = of_name,
	[FILTER_REASON] = of_name,	[FILTER_ACTIVITY] = of_name,	  [FILTER_ATTR] = of_name,
	[FILTER_DELIVERY] = of_number,	[FILTER_ESCALATED] = of_number,	  [FILTER_SELF_SERVICE] = of_number,
	[FILTER_CSAT] = of_score,	[FILTER_NPS] = of_score,	  [FILTER_CES] = of_score,
	[FILTER_CES1] = of_score,	[FILTER_CES2] = of_score,	  [FILTER_FCR] = of_score,
	[FILTER_HAS] = of_has,		[FILTER_IS] = of_is,		  [FILTER_ID] = of_id,
	[FILTER_CUSTOMER] = of_customer,[FILTER_DAYS] = of_days,
};
/* clang-format on */

/* ---- the whole ------------------------------------------------------------------- */

static int plan_term(struct planner *p, const struct filter_term *t)
{
	p->op = &p->plan->operands[p->plan->count++];
	*p->op = (struct operand){ .negated = t->negated, .field = t->field };
	for (size_t i = 0; i < t->count; i++) {
		int rc = of_fields[t->field](p, t, &t->values[i]);

		if (rc)
			return rc;
	}
	p->op->cost += t->negated ? COST_NEGATED : 0;
	return p->failed ? no_memory(p->err) : txn_failed(&p->snap->txn, p->err);
}

/* Without a `kind:` a filter means feedback; with only `-kind:` all the other kinds. */
static int plan_kind(struct planner *p, const struct filter *f)
{
	static const struct filter_value feedback = { .number = KIND_FEEDBACK };
	static const struct filter_term kind = { .field = FILTER_KIND,
						 .values = &feedback,
						 .count = 1 };
	bool said = false, positive = false, only = true;

	for (size_t i = 0; f && i < f->count; i++) {
		const struct filter_term *t = &f->terms[i];

		if (t->field != FILTER_KIND)
			continue;
		said = true;
		positive |= !t->negated;
		only &= !t->negated && t->count == 1 &&
			t->values[0].number == KIND_FEEDBACK;
	}
	p->plan->feedback_only = only;
	if (!said)
		return plan_term(p, &kind);
	if (!positive) {
		p->op = &p->plan->operands[p->plan->count++];
		*p->op = (struct operand){ .field = FILTER_KIND, .cost = COST_DENSE };
		add_values(p, BITS_KIND, 0, UINT32_MAX);
	}
	return 0;
}

static int by_cost(const void *a, const void *b)
{
	const struct operand *x = a, *y = b;

	return (x->cost > y->cost) - (x->cost < y->cost);
}

/*
 * The topic that the filter's only topic term stands for, when that is one and no more.
 */
static uint32_t lone_topic(const struct plan *p)
{
	uint32_t topic = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct operand *op = &p->operands[i];

		if (op->field != FILTER_TOPIC)
			continue;
		if (topic || op->negated || op->count != 1)
			return 0;
		topic = op->sources[0].low >> 2; /* of its first mood */
	}
	return topic;
}

int plan_make(struct opinia_snapshot *snap, const struct filter *f, struct arena *arena,
	      struct plan **out, struct err *err)
{
	struct plan *plan = arena_zero(arena, 1, sizeof(*plan));
	struct planner p = { .snap = snap, .arena = arena, .err = err, .plan = plan };
	int rc;

	*out = plan;
	if (!plan)
		return no_memory(err);
	plan->first_day = INT32_MIN;
	plan->last_day = INT32_MAX;
	opinia_filter_period(f, &plan->first_day, &plan->last_day);
	rc = plan_kind(&p, f);
	for (size_t i = 0; !rc && f && i < f->count; i++)
		rc = plan_term(&p, &f->terms[i]);
	if (rc)
		return rc;
	plan->topic = lone_topic(plan);
	qsort(plan->operands, plan->count, sizeof(plan->operands[0]), by_cost);
	return p.failed ? no_memory(err) : 0;
}
