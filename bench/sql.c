/* SPDX-License-Identifier: Apache-2.0 */
/* sql.c: see sql.h. */
#include "bench/sql.h"

#include <stdarg.h>
#include <stdio.h>

const char sql_roll_up[] =
	"SELECT topic, channel, day, count(*) AS n, count(*) FILTER (WHERE label = 0) AS "
	"neg,"
	" count(csat) AS csat_n, count(*) FILTER (WHERE csat >= 4) AS csat_good,"
	" count(nps) AS nps_n, count(*) FILTER (WHERE nps >= 9) AS promoters,"
	" count(*) FILTER (WHERE nps <= 6) AS detractors"
	" FROM topic GROUP BY topic, channel, day";

#define SUMS                                                                             \
	"count(*), count(csat), count(*) FILTER (WHERE csat >= 4), count(nps),"          \
	" count(*) FILTER (WHERE nps >= 9), count(*) FILTER (WHERE nps <= 6)"
#define ROLLED                                                                           \
	"sum(n), sum(csat_n), sum(csat_good), sum(nps_n), sum(promoters), "              \
	"sum(detractors)"

static const char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *text(const char *fmt, ...)
{
	char *out = take_memory(2048);
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, 2048, fmt, ap);
	va_end(ap);
	if (n >= 2048)
		die("a question is too long");
	return out;
}

static const char *weekly(const struct dialect *d, const struct about *a, bool scan)
{
	return text("SELECT %s, channel, %s FROM %s WHERE topic = %d%s AND day BETWEEN %d"
		    " AND %d GROUP BY 1, 2",
		    d->week, scan ? SUMS : ROLLED, scan ? "topic" : "roll", a->topic,
		    scan ? "" : " AND channel BETWEEN 0 AND 4", about_year_first(a),
		    about_year_last(a));
}

static const char *rising(const struct about *a, bool scan)
{
	int now = a->last - 29, before = a->last - 59;

	if (scan)
		return text("SELECT count(*) FILTER (WHERE day >= %d),"
			    " count(*) FILTER (WHERE day < %d) FROM topic"
			    " WHERE day BETWEEN %d AND %d AND label = 0 GROUP BY topic",
			    now, now, before, a->last);
	return text("SELECT sum(CASE WHEN day >= %d THEN neg ELSE 0 END),"
		    " sum(CASE WHEN day < %d THEN neg ELSE 0 END) FROM roll"
		    " WHERE day BETWEEN %d AND %d GROUP BY topic",
		    now, now, before, a->last);
}

static const char *conjunction(const struct dialect *d, const struct about *a,
			       bool newest)
{
	const char *head = "count(*)", *tail = "";
	const char *from = text(d->from, a->topic), *t = d->narrow;

	if (newest) {
		head = d->apart ? "f.comment" : "f.comment, count(*) OVER ()";
		tail = text(" ORDER BY %s LIMIT 50", d->order);
	}
	return text("SELECT %s FROM %s AND %s.day BETWEEN %d AND %d AND %s.channel = 0"
		    " AND %s.csat <= 2 AND f.sentiment = 0 AND f.lang = %d%s",
		    head, from, t, a->last - 89, a->last, t, t, a->language, tail);
}

const char *sql_of(const struct dialect *d, const struct about *a, enum asked what)
{
	switch (what) {
	case ASK_WEEKLY:
	case ASK_WEEKLY_SCAN:
		return weekly(d, a, what == ASK_WEEKLY_SCAN);
	case ASK_RISING:
	case ASK_RISING_SCAN:
		return rising(a, what == ASK_RISING_SCAN);
	case ASK_COUNT:
	case ASK_NEWEST:
		return conjunction(d, a, what == ASK_NEWEST);
	case ASK_WORD:
		return d->word;
	case ASK_PHRASE:
		return d->phrase;
	case ASK_NOTHING:
		return "SELECT 1";
	default:
		return NULL;
	}
}

int sql_columns(const struct dialect *d, enum asked what)
{
	switch (what) {
	case ASK_WEEKLY:
	case ASK_WEEKLY_SCAN:
		return 8;
	case ASK_RISING:
	case ASK_RISING_SCAN:
		return 2;
	case ASK_NEWEST:
		return d->apart ? 1 : 2;
	default:
		return 1;
	}
}

static void answer_weekly(const int64_t *cells, struct answer *out)
{
	uint64_t figures[6];

	for (int i = 0; i < 6; i++)
		figures[i] = (uint64_t)cells[2 + i];
	answer_week(out, cells[0], cells[1], figures);
}

void sql_answer(enum asked what, const int64_t *cells, struct answer *out)
{
	switch (what) {
	case ASK_WEEKLY:
	case ASK_WEEKLY_SCAN:
		answer_weekly(cells, out);
		break;
	case ASK_RISING:
	case ASK_RISING_SCAN:
		answer_topic(out, (uint64_t)cells[0], (uint64_t)cells[1]);
		break;
	case ASK_NEWEST:
		if (!out->size)
			out->value += (uint64_t)cells[1] << 32;
		answer_text(out, (size_t)cells[0]);
		break;
	default:
		out->value = out->size = (uint64_t)cells[0];
	}
}
