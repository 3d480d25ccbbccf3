/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_rolls.c: groups from the roll-ups: what a chart or a weekly report asks costs the
 * same with ten thousand records and with thirty million.
 *
 * Possible when the filter speaks of days, channels and one topic only, and the groups
 * are by time, channel and topic. Everything else is group_bits.c's.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "store/grouping.h"
#include "store/names.h"
#include "store/roll_block.h"

enum { EVERY_CHANNEL = (1 << CHANNEL_COUNT) - 1, WEEKDAYS = 7, CELLS_AT_ONCE = 8192 };
/* Most ask one or two kinds of score, each on one scale. */
enum { SCALES_AWAITED = 2 };

struct rolls {
	struct grouping *g;
	int32_t first, last;
	uint32_t channels;	  /* a bit each */
	int time, channel, topic; /* which axis is it; -1: none */
	uint32_t value[AXES_MAX];
	int32_t *edges;
	uint32_t *edge_values;
	size_t cut_count;
	struct roll_cuts *cuts;
	size_t topics; /* read at once */
	struct roll_targets *of;
	struct roll_sums *sums; /* of each topic @sums_each */
	size_t sums_each;
	struct txn_cursor cursor; /* one for all topics and channels */
};

/* ---- may it? --------------------------------------------------------------------- */

static uint32_t channel_mask(const struct filter_term *t)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < t->count; i++)
		mask |= 1u << t->values[i].number;
	return t->negated ? ~mask : mask;
}

static bool fits_filter(struct rolls *r, const struct filter *f)
{
	r->channels = EVERY_CHANNEL;
	for (size_t i = 0; f && i < f->count; i++) {
		const struct filter_term *t = &f->terms[i];

		switch (t->field) {
		case FILTER_CHANNEL:
			r->channels &= channel_mask(t);
			break;
		case FILTER_KIND:
			break; /* plan.feedback_only */
		case FILTER_TOPIC:
			if (!r->g->q.plan->topic)
				return false;
			break;
		case FILTER_DAYS:
			if (t->negated || t->count != 1)
				return false;
			break;
		default:
			return false;
		}
	}
	r->first = r->g->q.plan->first_day;
	r->last = r->g->q.plan->last_day;
	return r->g->q.plan->feedback_only;
}

static bool fits_axes(struct rolls *r)
{
	r->time = r->channel = r->topic = -1;
	for (int a = 0; a < (int)r->g->axis_count; a++) {
		enum opinia_dim dim = r->g->axes[a].dim;
		int *which = dim <= DIM_WEEKDAY	  ? &r->time
			     : dim == DIM_CHANNEL ? &r->channel
			     : dim == DIM_TOPIC	  ? &r->topic
						  : NULL;

		if (!which || *which >= 0)
			return false;
		*which = a;
	}
	return r->topic < 0 || !r->g->q.plan->topic;
}

/* ---- figures --------------------------------------------------------------------- */

static bool is_empty(const uint64_t *scale)
{
	uint64_t any = 0;

	for (unsigned i = 0; i < ROLL_SCALE_ROOM; i++)
		any |= scale[i];
	return !any;
}

/* One scale of a group; an empty one takes no place. */
static void scale_into(const struct rolled_scale *scale, const uint64_t *of,
		       struct counts *out)
{
	uint8_t n = out->scales[scale->kind];
	struct scale_counts *s = &out->score[scale->kind][n];

	if (is_empty(of))
		return;
	if (n < COUNTS_SCALES_MAX) {
		memcpy(s, &scale->empty, offsetof(struct scale_counts, at));
		memcpy(s->at, of, sizeof(s->at));
		out->scales[scale->kind]++;
		return;
	}
	for (unsigned i = 0; i < ROLL_SCALE_ROOM; i++)
		out->unscaled += of[i];
}

void rolled_counts(const struct rolled *r, size_t at, struct counts *out)
{
	const uint64_t *of = r->of + at * r->room;

	counts_zero(out);
	out->records = of[ROLL_RECORDS];
	out->commented = of[ROLL_COMMENTED];
	memcpy(out->sentiment, of + ROLL_SENTIMENT, sizeof(out->sentiment));
	for (unsigned i = 0; i < r->scales; i++)
		scale_into(&r->scale[i], of + r->scale[i].at, out);
}

/* The sums of days become those of the seven days of a week; false: memory. */
static bool fold_weekdays(struct rolls *r, struct roll_sums *s)
{
	uint64_t *of = arena_zero(s->arena, WEEKDAYS * s->room, sizeof(*of));

	for (size_t p = 0; of && p < r->cut_count; p++)
		for (size_t i = 0; i < s->room; i++)
			of[(r->edge_values[p] - 1) * s->room + i] +=
				roll_sums_at(s, p)[i];
	if (of)
		memcpy(s->of, of, WEEKDAYS * s->room * sizeof(*of));
	return of;
}

static bool is_weekdays(const struct rolls *r)
{
	return r->time >= 0 && r->g->axes[r->time].dim == DIM_WEEKDAY;
}

/* Which periods have records. */
static size_t keep(const struct roll_sums *s, size_t periods, uint32_t *kept)
{
	size_t n = 0;

	for (size_t p = 0; s->any && p < periods; p++)
		if (roll_sums_at(s, p)[ROLL_RECORDS])
			kept[n++] = (uint32_t)p;
	kept[n] = UINT32_MAX;
	return n;
}

/* The figures of the @n periods @kept, without the others. */
static const uint64_t *squeezed(const struct roll_sums *s, const uint32_t *kept, size_t n)
{
	uint64_t *to = arena_take(s->arena, (n + 1) * s->room * sizeof(*to));

	for (size_t k = 0; to && k < n; k++)
		memcpy(to + k * s->room, roll_sums_at(s, kept[k]), s->room * sizeof(*to));
	return to;
}

static int by_scale(const void *a, const void *b)
{
	const struct rolled_scale *x = a, *y = b;

	return (x->code > y->code) - (x->code < y->code);
}

static bool find_scales(const struct roll_sums *s, struct rolled *r)
{
	if (!s->scales)
		return true;
	r->scale = arena_zero(s->arena, s->scales, sizeof(*r->scale));
	for (unsigned i = 0; r->scale && i < s->scales; i++) {
		struct rolled_scale *to = &r->scale[i];
		uint32_t code = s->scale[i];

		to->code = code;
		to->at = ROLL_PLAIN_ROOM + (size_t)i * ROLL_SCALE_ROOM;
		to->kind = code & 7;
		to->empty.min = (int16_t)(uint16_t)(code >> 8);
		to->empty.max = (int16_t)(to->empty.min + (int)(code >> 4 & 15));
		to->empty.low_is_good = code >> 3 & 1;
	}
	r->scales = s->scales;
	if (r->scale && r->scales > 1)
		qsort(r->scale, r->scales, sizeof(*r->scale), by_scale);
	return r->scale;
}

struct rolled *rolled_of(struct roll_sums *s, size_t periods, uint32_t **kept)
{
	struct rolled *r = arena_zero(s->arena, 1, sizeof(*r));
	size_t n;

	*kept = arena_take(s->arena, (periods + 1) * sizeof(**kept));
	if (!r || !*kept)
		return NULL;
	n = keep(s, periods, *kept);
	r->whole = 2 * n >= s->periods;
	r->room = s->room;
	r->of = r->whole ? s->of : squeezed(s, *kept, n);
	if (!find_scales(s, r) || (n && !r->of))
		return NULL;
	if (r->whole)
		roll_sums_start(s, s->arena, s->periods, s->awaited);
	else
		roll_sums_clear(s);
	return r;
}

/* A cell for each period of @s that has records. */
static int give(struct rolls *r, struct roll_sums *s, struct err *err)
{
	size_t periods = is_weekdays(r) ? WEEKDAYS : r->cut_count;
	struct rolled *rolled;
	uint32_t *of;

	if (!s->any)
		return 0;
	if (is_weekdays(r) && !fold_weekdays(r, s))
		return err_set(err, ERR_SYSTEM, "out of memory");
	rolled = rolled_of(s, periods, &of);
	if (!rolled)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; of[i] != UINT32_MAX; i++) {
		struct cell *cell;

		if (r->time >= 0)
			r->value[r->time] =
				is_weekdays(r) ? of[i] + 1 : r->edge_values[of[i]];
		cell = grouping_new_cell(r->g, r->value);
		if (!cell)
			return err_set(err, ERR_SYSTEM, "out of memory");
		cell->rolled = rolled;
		cell->at = rolled->whole ? of[i] : i;
	}
	return 0;
}

/* ---- filling --------------------------------------------------------------------- */

/* The first day behind @day that has another value on an axis of time. */
static int32_t next_value(enum opinia_dim dim, int32_t day)
{
	if (dim == DIM_WEEK)
		return day_week_start(day) + 7;
	return dim == DIM_MONTH ? day_month_start(day_month_start(day) + 31) : day + 1;
}

/*
 * The days asked for, cut where the axis of time begins a new value; without that axis
 * they are one.
 */
static int make_edges(struct rolls *r, struct err *err)
{
	size_t room = r->time < 0 ? 1 : (size_t)(r->last - r->first) + 2, n = 0;

	r->edges = arena_take(&r->g->arena, (room + 1) * sizeof(*r->edges));
	r->edge_values = arena_take(&r->g->arena, room * sizeof(*r->edge_values));
	if (!r->edges || !r->edge_values)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (r->time < 0)
		r->edges[n++] = r->first;
	for (int32_t day = r->first; r->time >= 0 && day <= r->last; n++) {
		r->edges[n] = day;
		axis_value(&r->g->axes[r->time], dims_day(day), &r->edge_values[n]);
		day = next_value(r->g->axes[r->time].dim, day);
	}
	r->edges[n] = r->last + 1;
	r->cut_count = n;
	r->cuts = roll_cuts_new(&r->g->arena, r->edges, n,
				1U << ROLL_PLAIN | (r->g->moods ? 0 : 1U << ROLL_SCORES));
	return r->cuts ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* Which sums what is read of a topic goes to: of all channels, of each, of some together. */
static void make_targets(struct rolls *r, struct roll_targets *of, struct roll_sums *sums)
{
	size_t periods =
		is_weekdays(r) && r->cut_count < WEEKDAYS ? WEEKDAYS : r->cut_count;

	for (unsigned i = 0; i < r->sums_each; i++)
		roll_sums_start(&sums[i], &r->g->arena, periods,
				r->g->moods ? 0 : SCALES_AWAITED);
	for (unsigned t = 0; t < ROLL_TARGETS; t++)
		of->to[t] = NULL;
	if (r->channel < 0 && !(~r->channels & EVERY_CHANNEL)) {
		of->to[ROLL_ALL_CHANNELS] = &sums[0];
		return;
	}
	for (unsigned c = 0; c < CHANNEL_COUNT; c++)
		if (r->channels >> c & 1)
			of->to[roll_target(c)] = &sums[r->channel < 0 ? 0 : c];
}

/* Room for some topics at once: those of a block lie beside each other. */
static int make_room(struct rolls *r, uint32_t topics, struct err *err)
{
	r->sums_each = r->channel < 0 ? 1 : CHANNEL_COUNT;
	r->topics = CELLS_AT_ONCE / (r->cut_count * r->sums_each + 1) + 1;
	r->topics = r->topics < topics ? r->topics : topics;
	r->of = arena_take(&r->g->arena, (r->topics + 1) * sizeof(*r->of));
	r->sums = arena_take(&r->g->arena,
			     (r->topics + 1) * r->sums_each * sizeof(*r->sums));
	if (!r->of || !r->sums)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < r->topics; i++)
		make_targets(r, &r->of[i], r->sums + i * r->sums_each);
	return 0;
}

static int fill_topics(struct rolls *r, uint32_t topic, size_t count, struct err *err)
{
	int rc = rollup_read(&r->cursor, topic, count, r->cuts, r->of, err);

	for (size_t i = 0; i < count * r->sums_each && !rc; i++) {
		if (r->topic >= 0)
			r->value[r->topic] = topic + (uint32_t)(i / r->sums_each);
		if (r->channel >= 0)
			r->value[r->channel] = (uint32_t)(i % r->sums_each) + 1;
		rc = give(r, &r->sums[i], err);
	}
	return rc;
}

/*
 * Only the weeks that have records: an open period is closed by them, and by whole weeks,
 * whose sums lie ready.
 */
static int clip_days(struct rolls *r, struct err *err)
{
	int32_t first, last;
	int rc = rollup_span(&r->g->snap->txn, &first, &last, err);

	if (rc)
		return rc;
	if (first > last || first > r->last || last < r->first) {
		r->first = 1;
		r->last = 0;
		return 0;
	}
	first = day_week_start(first);
	last = day_week_start(last) + 6;
	r->first = first > r->first ? first : r->first;
	r->last = last < r->last ? last : r->last;
	return 0;
}

static int fill(struct rolls *r, struct err *err)
{
	uint32_t topics;
	int rc = make_edges(r, err);

	topics = r->topic < 0 ? 1 : names_count(&r->g->snap->txn, NAME_TOPIC);
	rc = rc ? rc : make_room(r, topics, err);
	if (rc || r->topic < 0)
		return rc ? rc : fill_topics(r, r->g->q.plan->topic, 1, err);
	for (uint32_t done = 0, n; done < topics && !rc; done += n) {
		n = topics - done < r->topics ? topics - done : (uint32_t)r->topics;
		rc = fill_topics(r, 1 + done, n, err);
	}
	return rc;
}

int group_by_rolls(struct grouping *g, const struct filter *f, bool *done,
		   struct err *err)
{
	struct rolls r = { .g = g };
	int rc;

	*done = fits_filter(&r, f) && fits_axes(&r);
	if (!*done)
		return 0;
	rc = clip_days(&r, err);
	if (rc || r.first > r.last)
		return rc;
	txn_cursor_open(&r.cursor, &g->snap->txn, DB_ROLL);
	rc = fill(&r, err);
	txn_cursor_close(&r.cursor);
	return rc;
}
