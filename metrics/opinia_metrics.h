/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_metrics.h: the door of the metrics room. Counts go in, a number with its formula
 * and an honest interval comes out.
 *
 * Everything passed in is borrowed for the call; nothing is given away. The texts that
 * come out live as long as the program. Any thread may call anything here: the room has
 * no state, no clock and does no I/O. There are no errors either: what cannot be said is
 * "not known", with the reason (`why`), and is printed NA, never 0.
 */
#ifndef OPINIA_METRICS_OPINIA_METRICS_H
#define OPINIA_METRICS_OPINIA_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/counts.h"
#include "core/sv.h"

/* --- what goes in --- */

/* Contacts of one filter and period. `..._known`: of how many it is known at all. */
struct interaction_counts {
	uint64_t contacts; /* all of them */
	uint64_t escalated, escalated_known;
	uint64_t self_service;		 /* solved without a person */
	uint64_t self_service_known;	 /* solved, and known by whom */
	uint64_t first_contact_resolved; /* of `contacts` */
	uint64_t unsolvable;	    /* of `contacts`: level 1 could never solve them */
	uint64_t window_determined; /* the repeat window has closed … */
	uint64_t window_repeated;   /* … and the customer was back, on any channel */
};

/*
 * How long things took. `ms` in any order; a negative one (clocks that disagree) is left
 * out and counted. `open`: not answered, not solved or not acted upon yet. `open_ms` says
 * how long each of those has been waiting; NULL: taken as longer than everything seen.
 */
struct durations {
	const int64_t *ms;
	size_t n;
	uint64_t open;
	const int64_t *open_ms; /* `open` entries, or NULL */
};

/* `base`: customers whose window has closed. Those too young to tell are not in it. */
struct cohort {
	uint64_t base, kept, undetermined;
};

/*
 * Surveys sent in one window, and what became of these same surveys: `delivered` reached
 * the customer, `offered` was held out to them (by a voice menu, a widget), `bounced` did
 * not arrive: no survey is in two of these. `answered` is a part of delivered + offered.
 */
struct response_counts {
	uint64_t delivered, answered, bounced, offered;
};

/* Customers at risk of one kind: how many, worth how much, how likely to leave. */
struct cost_row {
	uint64_t customers;
	double value; /* margin a customer, in the team's currency */
	double churn_low, churn, churn_high; /* probabilities, 0..1, in ascending order */
};

struct cost_input {
	const struct cost_row *rows;
	size_t n;
	uint64_t heard; /* customers who said anything at all; 0: nothing is known */
};

struct metric_input { /* any pointer may be NULL: metrics that need it are not known */
	const struct counts *counts;
	const struct interaction_counts *interactions;
	const struct durations *first_response, *resolution, *time_to_action;
	const struct cohort *retention, *returned;
	const struct response_counts *response;
	const struct cost_input *cost;
};

enum metric_needs {
	NEEDS_COUNTS = 1 << 0,
	NEEDS_INTERACTIONS = 1 << 1,
	NEEDS_FIRST_RESPONSE = 1 << 2,
	NEEDS_RESOLUTION = 1 << 3,
	NEEDS_TIME_TO_ACTION = 1 << 4,
	NEEDS_RETENTION = 1 << 5,
	NEEDS_RETURNED = 1 << 6,
	NEEDS_RESPONSE = 1 << 7,
	NEEDS_COST = 1 << 8,
};

/* --- what comes out --- */

/* The scale in use: several of one kind are never merged, the most frequent speaks. */
struct metric_scale {
	bool known;
	int16_t min, max;
	bool low_is_good; /* as the source asked it */
	bool turned;	  /* read upside down, because this kind runs the other way */
};

struct metric_value {
	bool known;
	double value;	   /* unit: metric->unit; percent are 0..100 */
	bool has_interval; /* low and high mean something; both are finite */
	double low, high;
	const char *interval; /* msgid: which interval, or NULL */
	uint64_t n;	   /* answers, contacts, customers … that the value rests on */
	uint64_t left_out; /* of the same kind, not in n: other scales, open, unknown */
	struct metric_scale scale;
	const char *why; /* msgid: why it is not known; NULL when it is */
};

struct metric_change {
	bool known;	   /* both sides have a value, on the same scale */
	double diff;	   /* now - before, in the metric's unit (percent → points) */
	bool has_interval; /* 95 %, of the difference */
	double low, high;
	const char *interval; /* msgid, or NULL */
	bool tested;	      /* statistic, p and test mean something */
	double statistic;     /* z or t; beside Fisher's exact p still z */
	double df;	      /* of t; 0 for z */
	double p;	      /* two-sided */
	const char *test;     /* msgid: the name of the test, or NULL */
	uint64_t n_now, n_before;
	struct metric_scale scale;
	const char *why; /* msgid: why not known, or why not tested; else NULL */
};

/* What one topic does to a score: value(all) - value(all without the topic). */
struct metric_impact {
	bool known;	   /* false: no scores, or every one of them is in the topic */
	double value;	   /* negative: the topic drags the metric's value down */
	bool has_interval; /* 95 %, jackknife */
	double low, high;
	uint64_t n, n_topic;	  /* scores in all, scores in the topic */
	struct metric_change gap; /* inside against outside; gap.p goes into the q */
	const char *why;
};

/* How a count per exposure (days, records) changed. */
struct volume_change {
	bool known;	   /* at least one thing happened, both exposures are above 0 */
	bool has_ratio;	   /* false when nothing happened before: there is no ratio */
	double ratio;	   /* rate now / rate before */
	bool has_interval; /* 95 %, exact */
	double low, high;
	double p;	  /* two-sided */
	const char *test; /* msgid */
};

/* --- the metrics --- */

enum metric_unit {
	UNIT_PERCENT, /* 0..100, of something that is counted */
	UNIT_POINTS,  /* -100..100 or 0..100: not a share     */
	UNIT_MEAN,    /* on the scale that is named beside it */
	UNIT_MS,
	UNIT_MONEY, /* in the currency of the inputs        */
	UNIT_RATIO,
};
enum metric_better { BETTER_HIGHER, BETTER_LOWER };
enum { METRIC_NO_SCORE = -1 };

struct sample;	   /* metrics/sample.h; of no concern outside */
struct score_rule; /* same */

struct metric {
	const char *name;	/* as typed; also the key of JSON rows */
	const char *label;	/* msgid */
	const char *definition; /* msgid: exactly which variant this is */
	const char *formula;	/* msgid */
	const char *edges;	/* msgid: what happens at the edges */
	const char *cannot;	/* msgid: what this number cannot say */
	enum metric_unit unit;
	enum metric_better better;
	uint32_t needs; /* enum metric_needs */
	int score;	/* enum score_kind that it reads, or METRIC_NO_SCORE */
	const struct score_rule *rule; /* how score points count; NULL without scores */

	/*
	 * Boil @in down to a sample. Every pointer of @in that .needs names is there.
	 * @want forces a scale (NULL: the most frequent). @out is zeroed; it stays
	 * without a shape, and .why says so, when nothing can be said.
	 */
	void (*reduce)(const struct metric *m, const struct metric_input *in,
		       const struct metric_scale *want, struct sample *out);
};

struct metric_text {
	const char *label, *definition, *formula, *edges, *cannot;
};

const struct metric *opinia_metric_find(struct sv name);   /* NULL: no such metric */
const struct metric *const *opinia_metric_list(size_t *n); /* sorted by name */

struct metric_value opinia_metric_value(const struct metric *m,
					const struct metric_input *in);
struct metric_change opinia_metric_change(const struct metric *m,
					  const struct metric_input *now,
					  const struct metric_input *before);

/* The texts of a metric in the language of the process (gettext). */
struct metric_text opinia_metric_explain(const struct metric *m);

/* percent points mean ms money ratio */
const char *opinia_metric_unit_name(enum metric_unit u);

/*
 * Leave-one-out impact of a topic, for every metric that needs counts and nothing else.
 * @topic is a part of @all. The unit is the metric's own (percent → points).
 */
struct metric_impact opinia_metric_impact(const struct metric *m,
					  const struct counts *all,
					  const struct counts *topic);

/* Two counts over two exposures: the exact conditional test. */
struct volume_change opinia_metric_volume(uint64_t now, double exposure_now,
					  uint64_t before, double exposure_before);

/* Two readings of one answer: how good its score is, how good its words are. Any units. */
struct rank_pair {
	int32_t a, b;
};

/*
 * Spearman's rho: Pearson's r of middle ranks (C. Spearman 1904, Am. J. Psychol. 15:72), with an interval
 * on Fisher's scale, tanh(atanh(rho) -+ z sqrt((1 + rho^2 / 2) / (n - 3))) (D. Bonett and T. Wright
 * 2000, Psychometrika 65:23), 99 % for all @tests together (Bonferroni). Not known below 30 pairs, or
 * where one reading never differs.
 */
struct metric_value opinia_metric_agreement(const struct rank_pair *x, size_t n,
					    size_t tests);

enum scale_reading {
	SCALE_UNKNOWN, /* too few answers                                               */
	SCALE_FITS,    /* nothing to say against it                                     */
	SCALE_REVERSED, /* the interval ends below 0: the better the score, the worse the words */
	SCALE_UNRELATED, /* it spans 0 and ends below 0.2, while the median of others is 0.4 or more */
};

/* What to think of each of @n sources, from their agreements. False: out of memory. */
bool opinia_metric_scales(const struct metric_value *v, size_t n,
			  enum scale_reading *out);

/* Something that is said in @in of some comments and in @out of those they are held against. */
struct contrast_count {
	uint64_t in, out;
};

struct metric_contrast {
	double order; /* ln((in + 1) / (out scaled + 1.5)) * sqrt(in): frequent and one-sided */
	double log_odds; /* in against out, drawn towards "no difference" */
	double z;	 /* of the log odds */
	double p;	 /* exact, one-sided: so many in, or more, by chance */
	double q;	 /* p, corrected for all @n */
};

/*
 * Log-odds ratio with an informative Dirichlet prior (B. Monroe, M. Colaresi and K. Quinn 2008,
 * Fightin' Words, Political Analysis 16:372, eq. 15, 16, 22): the prior of each thing is its share
 * of all comments, worth a tenth of the smaller group. That z knows too little of things that were
 * never said in the other group, so p is the exact conditional test (given in + out, in is binomial:
 * J. Przyborowski and H. Wilenski 1940, Biometrika 31:313), and Benjamini–Hochberg over all @n.
 * Leaving out the rare ones beforehand, by in + out, is fair. @in_all, @out_all: comments of each group. False: out of memory, or an empty group: nothing is told.
 */
bool opinia_metric_contrasts(const struct contrast_count *x, size_t n, uint64_t in_all,
			     uint64_t out_all, struct metric_contrast *out);

/*
 * Benjamini–Hochberg: @q[i] is the share of false findings to expect when everything with
 * a p as small as @p[i] is called a finding. A NAN in @p (not tested) stays NAN and does
 * not count. False: out of memory, @q is all NAN.
 */
bool opinia_metric_bh(const double *p, double *q, size_t n);

#endif
