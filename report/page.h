/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h: the report as figures, before it is a page. gather*.c fills it from the store,
 * the sections write it and ask nobody else: so the same page can be written from
 * made-up figures.
 */
#ifndef OPINIA_REPORT_PAGE_H
#define OPINIA_REPORT_PAGE_H

#include "core/arena.h"
#include "report/html.h"
#include "report/opinia_report.h"

enum {
	WEEKS_MIN = 26,
	WEEKS_MAX = 53,
	TRENDS = 2,	     /* csat, nps          */
	CHANNEL_METRICS = 3, /* csat, nps, fcr     */
	RISING_MAX = 5,
	FALLING_MAX = 3,
	QUOTES_MAX = 2,
	HEAT_TOPICS = 12,
	NOTES_MAX = 60,
	LABEL_COLUMNS = 60, /* of a topic, a channel */
	NOTE_COLUMNS = 160,
};

#define SURE 0.05 /* q below this is called more than chance */

struct page_kpi {
	struct opinia_kpi k;
	double q; /* of the change, over the indicators of the page; NAN: not tested */
};

struct page_week {
	int32_t monday;
	bool partial; /* the period ends before its Sunday */
	uint64_t records;
	struct metric_value value[TRENDS];
};

struct page_trend {
	const struct metric *metric;
	struct metric_value now, before;
	bool any; /* at least one week has a value */
};

struct page_quote {
	uint32_t id;
	struct sv text;	    /* redacted              */
	struct sv language; /* "ro"; empty: not sure */
	struct sv channel;  /* name as in a filter   */
	int32_t day;
};

struct page_topic {
	struct opinia_topic_row row;
	struct sv id, label;
	const uint64_t *weekly; /* complaints, one a week of the page */
	struct page_quote quote[QUOTES_MAX];
	size_t quotes;
};

struct page_channel {
	struct sv name; /* as in a filter */
	uint64_t records;
	struct metric_value value[CHANNEL_METRICS];
};

struct page {
	const struct opinia_report_plan *plan;
	struct arena *arena;
	uint64_t records, records_before; /* feedback in the two periods */
	uint64_t
		contradictions; /* of records: the score says one thing, the words another */
	uint64_t older, read; /* comments: read with an older lexicon; read at all */
	int32_t begins;	 /* the first day that has any feedback                       */
	bool comparable; /* the period before was collected, too: counts may be compared */
	struct sv lexicon; /* hash */
	const char *zone;
	bool words_shut; /* there was a quote to show and no key to read it */
	struct page_kpi *kpi;
	size_t kpis;
	struct page_week *week;
	size_t weeks;
	struct page_trend trend[TRENDS];
	const struct metric *score; /* that topics are compared by           */
	struct page_topic *topic;   /* all of them, most complaints first    */
	size_t topics;
	struct page_topic *rising[RISING_MAX],
		*falling[FALLING_MAX]; /* into .topic; not comparable: .rising are the most frequent */
	size_t risings, fallings;
	const struct opinia_note *note; /* those of the weeks shown, by day */
	size_t notes;
	const struct metric *channel_metric[CHANNEL_METRICS];
	struct page_channel *channel;
	size_t channels;
};

/* What a change is worth saying. */
enum reading {
	READING_NONE,	 /* not known, or not tested            */
	READING_NOISE,	 /* as large as chance makes them       */
	READING_PERHAPS, /* p < 0.05, but not with all rows together */
	READING_MOVED,
};
enum reading page_reading(const struct page_kpi *k);
/* +1 better, -1 worse, 0 neither: by the direction of the metric. */
int page_good(const struct metric *m, double diff);
bool page_sure(
	const struct page_topic *t); /* its complaints changed by more than chance */
void page_filter(const struct page *p, struct html *h, size_t columns); /* no customer */
const char *page_channel_label(struct sv name); /* NULL: not one of ours */

int page_gather(struct page *p, const struct opinia_report_plan *plan,
		struct arena *arena, struct err *err);
int page_gather_topics(struct page *p, struct err *err); /* after the weeks are there */
void page_write(const struct page *p, struct html *h);

/* ---- sections ---------------------------------------------------------------------- */

struct section {
	const char *id;
	const char *title;		      /* msgid; NULL: no heading          */
	bool (*wanted)(const struct page *p); /* NULL: always                     */
	void (*write)(const struct page *p, struct html *h);
};

extern const struct section section_lead, section_kpi, section_trend, section_topics,
	section_channels, section_heat, section_limits, section_method;

extern const char *const page_style[]; /* lines of CSS, NULL at the end */

#endif
