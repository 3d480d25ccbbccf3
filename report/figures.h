/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.h: numbers, durations and days as a person writes them: decimal comma in
 * Romanian and Polish, a real minus, blanks that do not break. printf() is not asked,
 * because it follows the locale of the process and not the language of the page.
 */
#ifndef OPINIA_REPORT_FIGURES_H
#define OPINIA_REPORT_FIGURES_H

#include "core/taxonomy.h"
#include "metrics/opinia_metrics.h"

struct said {
	char z[96]; /* UTF-8; lives as long as the expression it is used in */
};

struct said say_count(enum ui_lang lang, uint64_t n); /* 12,345 · 12.345 · 12 345 */
struct said say_number(enum ui_lang lang, double v, int decimals, bool sign);
struct said
say_duration(enum ui_lang lang,
	     double ms); /* 45 s · 3 min 20 s · 12 min · 2 h 05 min · 3 d 4 h */

/* In the unit of the metric: "76.3 %", "5.39", "12 min"; "NA". */
struct said say_value(enum ui_lang lang, const struct metric *m, double v);
struct said say_metric(enum ui_lang lang, const struct metric *m,
		       const struct metric_value *v);
/* "71.2 … 79.9", "" when there is no interval. */
struct said say_interval(enum ui_lang lang, const struct metric *m,
			 const struct metric_value *v);
/* "−12.1 pp", and its interval */
struct said say_diff(enum ui_lang lang, const struct metric *m, double diff);
struct said say_diff_interval(enum ui_lang lang, const struct metric *m, double low,
			      double high);
/* "12.1 percentage points", without a sign: for sentences */
struct said say_by(enum ui_lang lang, const struct metric *m, double diff);
struct said say_p(enum ui_lang lang, const char *letter, double p); /* "q < 0.001" */
struct said say_ratio(enum ui_lang lang, double ratio);		    /* 0.08, 3.4, 20 */
struct said say_scale(const struct metric_scale *s);		    /* "1–7" */

struct said say_day(int32_t day);	/* 22 June 2026 */
struct said say_day_short(int32_t day); /* 22 Jun */
const char *say_month_short(int32_t day);
struct said say_days(int32_t first, int32_t last); /* 2 June – 30 August 2026 */

/* Sentences that count: "1 answer", "258 answers". */
struct said say_answers(enum ui_lang lang, uint64_t n);
struct said say_complaints(enum ui_lang lang, uint64_t n);

#endif
