/* SPDX-License-Identifier: Apache-2.0 */
/* fake_page.h: a report out of made-up figures, in which every foreign text is the same
 * one. */
#ifndef OPINIA_TESTS_FAKE_PAGE_H
#define OPINIA_TESTS_FAKE_PAGE_H

#include <math.h>

#include "report/page.h"

enum { FAKE_WEEKS = 26, FAKE_TOPICS = 3, FAKE_CHANNELS = 2, FAKE_NOTES = 3 };

struct fake {
	struct opinia_report_plan plan;
	struct page page;
	struct page_kpi kpi[2];
	struct page_week week[FAKE_WEEKS];
	struct page_topic topic[FAKE_TOPICS];
	struct page_channel channel[FAKE_CHANNELS];
	struct opinia_note note[FAKE_NOTES];
	uint64_t weekly[FAKE_WEEKS];
	struct zone *zone;
};

static inline struct metric_value fake_value(double v, uint64_t n)
{
	return (struct metric_value){ .known = true,
				      .value = v,
				      .has_interval = true,
				      .low = v - 7,
				      .high = v + 6,
				      .interval = "Wilson score, 95 %",
				      .n = n };
}

static inline struct metric_change fake_change(double diff, double p)
{
	return (struct metric_change){ .known = true,
				       .diff = diff,
				       .has_interval = true,
				       .low = diff - 5,
				       .high = diff + 5,
				       .tested = true,
				       .p = p,
				       .test = "z test of two shares, pooled" };
}

static inline void fake_topics(struct fake *f, struct sv foreign)
{
	for (size_t i = 0; i < FAKE_TOPICS; i++) {
		struct page_topic *t = &f->topic[i];
		uint64_t now = i == 2 ? 2 : 20, before = i == 2 ? 20 : 4;

		*t = (struct page_topic){ .id = foreign,
					  .label = foreign,
					  .weekly = f->weekly };
		t->row.topic = (uint16_t)i;
		t->row.now.records = now;
		t->row.complaints = now;
		t->row.complaints_before = before;
		t->row.volume = opinia_metric_volume(now, 28, before, 28);
		t->row.q = 0.001;
		t->row.inside = fake_value(28, 20);
		t->row.outside = fake_value(74, 140);
		t->row.impact = (struct metric_impact){ .known = true,
							.value = -6.9,
							.has_interval = true,
							.low = -10,
							.high = -3 };
		t->row.impact_q = 0.01;
		t->quotes = QUOTES_MAX;
		for (size_t q = 0; q < QUOTES_MAX; q++)
			t->quote[q] = (struct page_quote){ 1, foreign, foreign, foreign,
							   f->plan.frame.last };
	}
	f->page.rising[0] = &f->topic[0], f->page.rising[1] = &f->topic[1];
	f->page.risings = 2;
	f->page.falling[0] = &f->topic[2];
	f->page.fallings = 1;
}

static inline void fake_weeks(struct fake *f)
{
	int32_t monday = day_week_start(f->plan.frame.last) - 7 * (FAKE_WEEKS - 1);

	for (size_t i = 0; i < FAKE_WEEKS; i++) {
		f->week[i] = (struct page_week){ .monday = monday + 7 * (int32_t)i,
						 .records = 35 };
		f->week[i].value[0] = fake_value(70 + (double)(i % 5), 33);
		f->week[i].value[1] = fake_value(10 + (double)(i % 7), 12);
		f->weekly[i] = i % 6;
	}
	f->week[FAKE_WEEKS - 1].partial = true;
}

static inline void fake_rest(struct fake *f, struct sv foreign)
{
	const struct metric *csat = opinia_metric_find(SV("csat")),
			    *nps = opinia_metric_find(SV("nps"));

	f->kpi[0] = (struct page_kpi){ { csat, fake_value(67, 167), fake_value(79, 131),
					 fake_change(-12, 0.002) },
				       0.004 };
	f->kpi[1] = (struct page_kpi){
		{ nps, fake_value(4, 51), fake_value(30, 50), fake_change(-26, 0.2) }, 0.2
	};
	for (size_t i = 0; i < FAKE_CHANNELS; i++) {
		f->channel[i] = (struct page_channel){ .name = foreign, .records = 50 };
		for (size_t m = 0; m < CHANNEL_METRICS; m++)
			f->channel[i].value[m] = fake_value(50 + 30 * (double)i, 50);
	}
	for (int32_t i = 0; i < FAKE_NOTES; i++)
		f->note[i] = (struct opinia_note){ f->plan.frame.last - 30 * (3 - i),
						   foreign, foreign };
	f->page.trend[0] =
		(struct page_trend){ csat, f->kpi[0].k.now, f->kpi[0].k.before, true };
	f->page.trend[1] =
		(struct page_trend){ nps, f->kpi[1].k.now, f->kpi[1].k.before, true };
	f->page.channel_metric[0] = csat;
	f->page.channel_metric[1] = nps;
	f->page.channel_metric[2] = opinia_metric_find(SV("fcr"));
	f->page.score = csat;
}

/* @foreign goes wherever a text from outside may stand. Ends with fake_close(). */
static inline void fake_open(struct fake *f, struct sv foreign)
{
	struct opinia_frame *frame = &f->plan.frame;

	*f = (struct fake){
		.plan = { .title = foreign, .filter_text = foreign, .program = foreign }
	};
	(void)zone_open(&f->zone, "UTC", NULL);
	frame->zone = f->zone;
	frame->last = day_of(2026, 8, 29); /* a Saturday: the last week is not over */
	frame->first = frame->last - 27;
	frame->before_last = frame->first - 1;
	frame->before_first = frame->before_last - 27;
	frame->now_ms = (int64_t)frame->last * MS_DAY;
	f->page = (struct page){ .plan = &f->plan,
				 .records = 169,
				 .records_before = 133,
				 .comparable = true,
				 .lexicon = foreign,
				 .zone = "UTC",
				 .kpi = f->kpi,
				 .kpis = 2,
				 .week = f->week,
				 .weeks = FAKE_WEEKS,
				 .topic = f->topic,
				 .topics = FAKE_TOPICS,
				 .note = f->note,
				 .notes = FAKE_NOTES,
				 .channel = f->channel,
				 .channels = FAKE_CHANNELS,
				 .words_shut = true };
	fake_weeks(f);
	fake_rest(f, foreign);
	fake_topics(f, foreign);
}

static inline void fake_close(struct fake *f)
{
	zone_close(f->zone);
}

/* The page of @f, appended to @out. */
static inline void fake_write(struct fake *f, struct buf *out)
{
	struct html h = { out, f->plan.lang };

	page_write(&f->page, &h);
}

#endif
