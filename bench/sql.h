/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql.h: the questions of engine.h in SQL, for engines whose tables are called alike:
 *
 *	feedback(id, ts, day, channel, csat, lang, sentiment, topics, comment …)
 *	topic(topic, day, id, channel, label, csat, nps)	one row a topic of a record
 *	roll(topic, channel, day, n, neg, csat_n, csat_good, nps_n, promoters, detractors)
 */
#ifndef OPINIA_BENCH_SQL_H
#define OPINIA_BENCH_SQL_H

#include "bench/engine.h"

/* Where the dialects differ. */
struct dialect {
	const char *week;   /* a whole number out of "day" */
	const char *from;   /* "feedback f ... WHERE ..." that have the topic, a %d */
	const char *narrow; /* "f" or "t": whose day, channel and csat are asked */
	const char *order;  /* the newest first */
	bool apart;	    /* all are counted by ASK_COUNT, not beside the newest */
	const char *word, *phrase; /* whole questions; NULL: it cannot */
};

/* The text of a question; NULL where the dialect has none. Its memory is never given back. */
const char *sql_of(const struct dialect *d, const struct about *a, enum asked what);

/* The roll-up table's rows, to go behind "CREATE TABLE … AS" or "INSERT INTO roll". */
extern const char sql_roll_up[];

/*
 * One row of the answer to @what goes into @out: @cells has the whole numbers, of the newest texts
 * their bytes and the count of all (which sql_columns() leaves out where it is asked apart).
 */
void sql_answer(enum asked what, const int64_t *cells, struct answer *out);
int sql_columns(const struct dialect *d, enum asked what);

#endif
