/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_rolls.c: groups from the roll-ups: what a chart or a weekly report asks costs the
 * same with ten thousand records and with thirty million.
 *
 * Possible when the filter speaks of days, channels and one topic only, and the groups
 * are by time, channel and topic. Everything else is group_bits.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "store/grouping.h"
#include "store/names.h"
#include "store/rollup.h"

enum { EVERY_CHANNEL = (1 << CHANNEL_COUNT) - 1 };

struct rolls {
	struct grouping *g;
	int32_t first, last;
	uint32_t channels;	  /* a bit each */
	int time, channel, topic; /* which axis is it; -1: none */
	uint32_t value[AXES_MAX];
	int32_t *edges;
	uint32_t *edge_values;
	struct counts *cuts;
	size_t cut_count;
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

/* ---- filling --------------------------------------------------------------------- */

/* The scales of @c that something is on, in the arena. */
static struct rolled *rolled_of(struct grouping *g, const struct counts *c)
{
	struct rolled *to;
	uint32_t n = 0;

	for (int k = 0; k < SCORE_KINDS; k++)
		n += c->scales[k];
	to = arena_take(&g->arena, sizeof(*to) + n * sizeof(to->scale[0]));
	if (!to)
		return NULL;
	to->count = 0;
	for (int k = 0; k < SCORE_KINDS; k++)
		for (uint8_t i = 0; i < c->scales[k]; i++)
			if (scale_total(&c->score[k][i]))
				to->scale[to->count++] =
					(struct rolled_scale){ (uint8_t)k,
							       c->score[k][i] };
	return to;
}

/* The first counts of a cell are kept small, more are added up in full. */
static int add(struct rolls *r, const struct counts *c, struct err *err)
{
	struct cell *cell;

	if (c->records == 0)
		return 0;
	cell = grouping_cell(r->g, r->value);
	if (cell && !cell->rolled && !cell->whole) {
		cell->records = c->records;
		cell->commented = c->commented;
		cell->unscaled = c->unscaled;
		memcpy(cell->sentiment, c->sentiment, sizeof(cell->sentiment));
		cell->rolled = rolled_of(r->g, c);
		return cell->rolled ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (cell && !cell->whole) {
		struct counts *whole = arena_take(&r->g->arena, sizeof(*whole));

		if (whole)
			grouping_counts(r->g, cell, whole);
		cell->whole = whole;
	}
	if (!cell || !cell->whole)
		return err_set(err, ERR_SYSTEM, "out of memory");
	counts_add(cell->whole, c);
	return 0;
}

static int add_day(void *self, int32_t day, const struct counts *c)
{
	struct rolls *r = self;

	axis_value(&r->g->axes[r->time], dims_day(day), &r->value[r->time]);
	return add(r, c, NULL);
}

/*
 * The days asked for, cut where the axis of time begins a new value; without that axis
 * they are one.
 */
static int make_edges(struct rolls *r, struct err *err)
{
	size_t room = r->time < 0 ? 1 : (size_t)(r->last - r->first) + 2, n = 0;
	uint32_t before = 0;

	r->edges = arena_take(&r->g->arena, (room + 1) * sizeof(*r->edges));
	r->edge_values = arena_take(&r->g->arena, room * sizeof(*r->edge_values));
	if (!r->edges || !r->edge_values)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (r->time < 0)
		r->edges[n++] = r->first;
	for (int32_t day = r->first; r->time >= 0 && day <= r->last; day++) {
		uint32_t value;

		axis_value(&r->g->axes[r->time], dims_day(day), &value);
		if (n == 0 || value != before) {
			r->edges[n] = day;
			r->edge_values[n++] = value;
		}
		before = value;
	}
	r->edges[n] = r->last + 1;
	r->cut_count = n;
	r->cuts = arena_take(&r->g->arena, n * sizeof(*r->cuts));
	return r->cuts ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static bool by_cuts(const struct rolls *r)
{
	return r->time < 0 || r->g->axes[r->time].dim != DIM_WEEKDAY;
}

static void clear(struct rolls *r)
{
	for (size_t i = 0; i < r->cut_count; i++)
		counts_zero(&r->cuts[i]);
}

/*
 * Add one topic (0: all records) in one channel to the cuts; weekdays go to their cells.
 */
static int read_rolls(struct rolls *r, uint32_t topic, unsigned channel, struct err *err)
{
	struct txn *t = &r->g->snap->txn;
	int rc;

	if (by_cuts(r))
		return rollup_cuts_at(&r->cursor, topic, channel, r->edges, r->cut_count,
				      r->cuts, err);
	rc = rollup_days(t, topic, (enum channel)channel, r->first, r->last, add_day, r,
			 err);
	return rc && err && !err->code ? err_set(err, ERR_SYSTEM, "out of memory") : rc;
}

static int give(struct rolls *r, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < r->cut_count && !rc; i++) {
		if (r->time >= 0)
			r->value[r->time] = r->edge_values[i];
		rc = add(r, &r->cuts[i], err);
	}
	return rc;
}

static int fill_topic(struct rolls *r, uint32_t topic, struct err *err)
{
	int rc = 0;

	if (r->topic >= 0)
		r->value[r->topic] = topic;
	clear(r);
	if (by_cuts(r) && r->channel < 0 && !(~r->channels & EVERY_CHANNEL)) {
		rc = read_rolls(r, topic, ROLL_ALL_CHANNELS, err);
		return rc ? rc : give(r, err);
	}
	for (unsigned c = 0; c < CHANNEL_COUNT && !rc; c++) {
		if (!(r->channels >> c & 1))
			continue;
		if (r->channel >= 0)
			r->value[r->channel] = c + 1;
		rc = read_rolls(r, topic, c, err);
		if (rc || r->channel < 0)
			continue;
		rc = give(r, err);
		clear(r);
	}
	return rc || r->channel >= 0 ? rc : give(r, err);
}

/* Only the days that have records: an open period is closed by them. */
static int clip_days(struct rolls *r, struct err *err)
{
	int32_t first, last;
	int rc = rollup_span(&r->g->snap->txn, &first, &last, err);

	r->first = first > r->first ? first : r->first;
	r->last = last < r->last ? last : r->last;
	return rc;
}

static int fill(struct rolls *r, struct err *err)
{
	uint32_t topics;
	int rc = by_cuts(r) ? make_edges(r, err) : 0;

	if (rc || r->topic < 0)
		return rc ? rc : fill_topic(r, r->g->q.plan->topic, err);
	topics = names_count(&r->g->snap->txn, NAME_TOPIC);
	for (uint32_t topic = 1; topic <= topics && !rc; topic++)
		rc = fill_topic(r, topic, err);
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
