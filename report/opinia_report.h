/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_report.h: the door of the room that makes pages, and of the figures that pages and tables
 * share: the indicators with their change, the topics with what they cost.
 *
 * Everything passed in is borrowed for the call; what comes out lives in the arena given.
 * One snapshot, one thread.
 */
#ifndef OPINIA_REPORT_H
#define OPINIA_REPORT_H

#include "core/buf.h"
#include "core/taxonomy.h"
#include "metrics/opinia_metrics.h"
#include "store/opinia_store.h"

/* What a lost customer costs, as the team says (opinia.conf [cost]); value 0: not said. */
struct opinia_cost_terms {
	double value, churn_low, churn, churn_high; /* probabilities 0..1 */
};

/* What is looked at: records, days, and as many days before them to compare with. */
struct opinia_frame {
	struct opinia_snapshot *snap;
	const struct filter *filter; /* without terms of time */
	int32_t first, last;	     /* days, both included   */
	int32_t before_first, before_last;
	int64_t now_ms;
	const struct zone *zone;
	const struct taxonomy *taxonomy;
	struct opinia_cost_terms cost;
};

struct opinia_kpi {
	const struct metric *metric;
	struct metric_value now, before;
	struct metric_change change;
};

/* @out has @count entries. */
int opinia_kpi_rows(const struct opinia_frame *frame, const struct metric *const *metrics,
		    size_t count, struct arena *arena, struct opinia_kpi *out,
		    struct err *err);

struct opinia_topic_row {
	uint16_t topic; /* index into the taxonomy                          */
	struct counts now,
		before; /* answers that mention it; sentiment: the topic's own */
	uint64_t complaints, complaints_before;
	struct volume_change
		volume; /* of the complaints                                */
	double q;	/* of that change, over all rows (Benjamini–Hochberg); NAN */
	struct metric_value inside,
		outside; /* the score of answers with and without it */
	struct metric_impact
		impact; /* on that score                                    */
	double impact_q;
	uint32_t example; /* id of the newest complaint, else mention; 0: none */
};

enum opinia_topic_sort {
	TOPICS_BY_COMPLAINTS,
	TOPICS_BY_CHANGE,
	TOPICS_BY_IMPACT,
	TOPICS_BY_VOLUME
};

/*
 * Topics with at least @min_n answers in one of the two periods; pseudo-topics left out. @score: a metric that
 * needs counts and nothing else (csat, nps, ces2 …).
 */
int opinia_topic_rows(const struct opinia_frame *frame, const struct metric *score,
		      uint64_t min_n, enum opinia_topic_sort sort, struct arena *arena,
		      struct opinia_topic_row **out, size_t *count, struct err *err);

/* A dated remark on the time axis: a release, an incident. */
struct opinia_note {
	int32_t day;
	struct sv kind, text;
};

struct opinia_report_plan {
	struct opinia_frame frame;
	const struct metric *const *metrics; /* the indicators, in their order */
	size_t metric_count;
	const struct opinia_note *notes;
	size_t note_count;
	struct sv title;       /* whose report; may be empty */
	struct sv filter_text; /* the filter as typed, for the reader; may be empty */
	struct sv program;     /* "opinia 0.1.0"                                    */
	const struct sv
		*languages; /* codes by verdict.language, [0] is `und`; or NULL  */
	uint8_t language_count;
	enum ui_lang lang; /* must be the language of the process (gettext) */
	uint64_t min_n;
};

/*
 * One self-contained HTML page: no script, nothing fetched, charts as inline SVG with a table behind
 * each. All that came from customers is escaped, personal data in it replaced.
 */
int opinia_report_html(const struct opinia_report_plan *plan, struct buf *out,
		       struct err *err);

#endif
