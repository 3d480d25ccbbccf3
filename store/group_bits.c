/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_bits.c: groups from bitmaps, for any filter and any dimension.
 *
 * Per segment each dimension with one value a record is spread into an array (id ->
 * value), so that a record is looked at once and its group is found by three array
 * reads. Dimensions with several values a record are walked value by value, around
 * that.
 */
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/grouping.h"

/* One value of a dimension with several values a record, in this segment. */
struct layer {
	uint32_t value;
	uint8_t label; /* under topics: the topic's own sentiment */
	struct sv blob;
};

struct segment_view {
	struct grouping *g;
	uint32_t slot[AXES_MAX][BITS_SEGMENT]; /* of axes with one value */
	uint8_t mood[BITS_SEGMENT];	       /* enum sentiment, or SENTIMENT_COUNT */
	uint8_t score_n[BITS_SEGMENT];
	uint16_t score[BITS_SEGMENT][RECORD_SCORES_MAX]; /* numbers of score_values */
	uint16_t list[BITS_SEGMENT];
	struct bits_set commented;
	const struct bits_set *matching;
	struct layer *layers[AXES_MAX];
	size_t layer_count[AXES_MAX], layer_room[AXES_MAX];
	uint32_t value[AXES_MAX]; /* of the group that is being filled */
	int label;		  /* topic's own sentiment, or -1 */
	size_t axis;		  /* being read */
	struct cell *last;
};

static int damaged(struct err *err)
{
	return err_set(err, ERR_INPUT, "a bitmap is damaged: opinia check says which");
}

/* ---- reading a segment ----------------------------------------------------------- */

static int take_slot(void *self, uint32_t raw, struct sv blob, struct err *err)
{
	struct segment_view *s = self;
	uint32_t value, *slot = s->slot[s->axis];
	int n;

	if (!axis_value(&s->g->axes[s->axis], raw, &value))
		return 0;
	n = bitmap_list_within(blob, s->matching->w, s->list);
	for (int i = 0; i < n; i++)
		slot[s->list[i]] = value;
	return n < 0 ? damaged(err) : 0;
}

static int take_layer(void *self, uint32_t raw, struct sv blob, struct err *err)
{
	struct segment_view *s = self;
	size_t a = s->axis, n = s->layer_count[a];
	uint32_t value;

	if (!axis_value(&s->g->axes[a], raw, &value))
		return 0;
	if (n == s->layer_room[a]) {
		size_t room = n ? 2 * n : 64;
		struct layer *grown = realloc(s->layers[a], room * sizeof(*grown));

		if (!grown)
			return err_set(err, ERR_SYSTEM, "out of memory");
		s->layers[a] = grown;
		s->layer_room[a] = room;
	}
	s->layers[a][n] = (struct layer){ value, raw & 3, blob };
	s->layer_count[a]++;
	return 0;
}

static int take_mood(void *self, uint32_t raw, struct sv blob, struct err *err)
{
	struct segment_view *s = self;
	int n = bitmap_list_within(blob, s->matching->w, s->list);

	for (int i = 0; i < n; i++)
		s->mood[s->list[i]] =
			(uint8_t)(raw < SENTIMENT_COUNT ? raw : SENTIMENT_COUNT);
	return n < 0 ? damaged(err) : 0;
}

/* The number of a score, whatever of several it is; UINT32_MAX: memory. */
static uint32_t score_number(struct grouping *g, uint32_t raw)
{
	uint32_t i = 0, value = raw & ~0x0f000000u;

	while (i < g->score_count && g->score_values[i] != value)
		i++;
	if (i < g->score_count)
		return i;
	if (i == g->score_room) {
		uint32_t room = i ? 2 * i : 64;
		uint32_t *grown = realloc(g->score_values, room * sizeof(*grown));

		if (!grown || room > UINT16_MAX) {
			g->failed = true;
			return UINT32_MAX;
		}
		g->score_values = grown;
		g->score_room = room;
	}
	g->score_values[g->score_count] = value;
	return g->score_count++;
}

static int take_score(void *self, uint32_t raw, struct sv blob, struct err *err)
{
	struct segment_view *s = self;
	uint32_t number = score_number(s->g, raw);
	int n = bitmap_list_within(blob, s->matching->w, s->list);

	if (number == UINT32_MAX)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (int i = 0; i < n; i++) {
		uint16_t id = s->list[i];

		if (s->score_n[id] < RECORD_SCORES_MAX)
			s->score[id][s->score_n[id]++] = (uint16_t)number;
	}
	return n < 0 ? damaged(err) : 0;
}

static int read_axes(struct segment_view *s, uint16_t segment, struct err *err)
{
	struct grouping *g = s->g;
	int rc = 0;

	for (s->axis = 0; s->axis < g->axis_count && !rc; s->axis++) {
		const struct axis *a = &g->axes[s->axis];

		if (a->multi)
			s->layer_count[s->axis] = 0;
		else
			memset(s->slot[s->axis], 0, sizeof(s->slot[s->axis]));
		rc = bits_walk(&g->q.bits, segment, a->bits, a->low, a->high,
			       a->multi ? take_layer : take_slot, s, err);
	}
	return rc;
}

static int read_segment(struct segment_view *s, uint16_t segment, struct err *err)
{
	struct bits_reader *bits = &s->g->q.bits;
	struct bits_set no_content;
	int rc;

	memset(s->mood, SENTIMENT_COUNT, sizeof(s->mood));
	memset(s->score_n, 0, sizeof(s->score_n));
	memset(&s->commented, 0, sizeof(s->commented));
	memset(&no_content, 0, sizeof(no_content));
	rc = bits_or(bits, segment, BITS_FLAG, FLAG_COMMENTED, &s->commented, err);
	if (!rc)
		rc = bits_or(bits, segment, BITS_FLAG, FLAG_NO_CONTENT, &no_content, err);
	for (unsigned i = 0; i < BITS_WORDS; i++)
		s->commented.w[i] &= ~no_content.w[i];
	if (!rc)
		rc = bits_walk(bits, segment, BITS_SENTIMENT, 0, UINT32_MAX, take_mood, s,
			       err);
	if (!rc && !s->g->moods)
		rc = bits_walk(bits, segment, BITS_SCORE, 0, UINT32_MAX, take_score, s,
			       err);
	return rc ? rc : read_axes(s, segment, err);
}

/* ---- counting -------------------------------------------------------------------- */

static bool score_room(struct grouping *g, struct cell *c)
{
	uint64_t *grown;

	if (c->score_room >= g->score_count)
		return true;
	grown = arena_zero(&g->arena, g->score_room, sizeof(*grown));
	if (!grown)
		return false;
	if (c->score_room)
		memcpy(grown, c->scores, c->score_room * sizeof(*grown));
	c->scores = grown;
	c->score_room = g->score_room;
	return true;
}

static struct cell *cell_of(struct segment_view *s)
{
	struct cell *c = s->last;

	if (c && memcmp(c->value, s->value, sizeof(c->value)) == 0)
		return c;
	c = grouping_cell(s->g, s->value);
	if (!c || !score_room(s->g, c)) {
		s->g->failed = true;
		return NULL;
	}
	s->last = c;
	return c;
}

static void count_one(struct segment_view *s, uint16_t id)
{
	struct grouping *g = s->g;
	struct cell *c;
	int mood;

	for (size_t a = 0; a < g->axis_count; a++)
		if (!g->axes[a].multi)
			s->value[a] = s->slot[a][id];
	c = cell_of(s);
	if (!c)
		return;
	c->records++;
	c->commented += s->commented.w[id >> 6] >> (id & 63) & 1;
	mood = s->label >= 0 ? s->label : s->mood[id];
	if (mood < SENTIMENT_COUNT)
		c->sentiment[mood]++;
	for (unsigned i = 0; i < s->score_n[id]; i++)
		c->scores[s->score[id][i]]++;
}

static int count_set(struct segment_view *s, const struct bits_set *set)
{
	for (uint32_t i = 0; i < BITS_WORDS; i++)
		for (uint64_t w = set->w[i]; w; w &= w - 1)
			count_one(s, (uint16_t)(i * 64 + (uint32_t)__builtin_ctzll(w)));
	return 0;
}

static bool intersect(struct bits_set *into, const struct bits_set *with)
{
	uint64_t left = 0;

	for (unsigned i = 0; i < BITS_WORDS; i++)
		left |= into->w[i] &= with->w[i];
	return left != 0;
}

/* Each value of the axes with several values from @axis on, with its part of @set. */
static int spread(struct segment_view *s, size_t axis, const struct bits_set *set,
		  struct err *err)
{
	struct grouping *g = s->g;
	struct bits_set part, rest = *set;
	int rc = 0;

	while (axis < g->axis_count && !g->axes[axis].multi)
		axis++;
	if (axis == g->axis_count)
		return count_set(s, set);
	for (size_t i = 0; i < s->layer_count[axis] && !rc; i++) {
		const struct layer *l = &s->layers[axis][i];

		memset(&part, 0, sizeof(part));
		if (!bitmap_or(l->blob, part.w))
			return damaged(err);
		if (!intersect(&part, set))
			continue;
		for (unsigned w = 0; w < BITS_WORDS; w++)
			rest.w[w] &= ~part.w[w];
		s->value[axis] = l->value;
		if (g->axes[axis].dim == DIM_TOPIC)
			s->label = l->label;
		rc = spread(s, axis + 1, &part, err);
	}
	if (g->axes[axis].dim == DIM_TOPIC)
		s->label = -1;
	if (rc || g->axes[axis].only_given)
		return rc;
	s->value[axis] = 0;
	return spread(s, axis + 1, &rest, err);
}

/*
 * The records of a lone topic count with that topic's own sentiment, as the roll-ups
 * have it.
 */
static int spread_lone(struct segment_view *s, uint16_t segment,
		       const struct bits_set *set, struct err *err)
{
	for (int label = 0; label < SENTIMENT_COUNT; label++) {
		struct bits_set part = { { 0 } };
		int rc = bits_or(&s->g->q.bits, segment, BITS_TOPIC_MOOD,
				 dims_topic_mood(s->g->q.plan->topic, (uint8_t)label),
				 &part, err);

		s->label = label;
		if (!rc && intersect(&part, set))
			rc = spread(s, 0, &part, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int group_segment(struct segment_view *s, uint16_t segment,
			 const struct bits_set *set, struct err *err)
{
	bool by_topic = false;
	int rc;

	s->matching = set;
	rc = read_segment(s, segment, err);
	if (rc)
		return rc;
	s->last = NULL;
	s->label = -1;
	for (size_t a = 0; a < s->g->axis_count; a++)
		by_topic |= s->g->axes[a].dim == DIM_TOPIC;
	memset(s->value, 0, sizeof(s->value));
	if (s->g->q.plan->topic && !by_topic)
		rc = spread_lone(s, segment, set, err);
	else
		rc = spread(s, 0, set, err);
	return s->g->failed ? err_set(err, ERR_SYSTEM, "out of memory") : rc;
}

int group_by_bits(struct grouping *g, struct err *err)
{
	struct segment_view *s = calloc(1, sizeof(*s));
	struct bits_set set;
	int rc = 0;

	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->g = g;
	for (uint32_t segment = g->q.segments; !rc && segment-- > 0;) {
		bool any;

		rc = query_segment(&g->q, segment, &set, &any, err);
		if (!rc && any)
			rc = group_segment(s, (uint16_t)segment, &set, err);
	}
	for (size_t a = 0; a < AXES_MAX; a++)
		free(s->layers[a]);
	free(s);
	return rc;
}
