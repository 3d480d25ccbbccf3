/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_peer.h: SQLite as the peer of the store: rows, a covering table of topics, indexes on
 * time and customer, FTS5 over the words; and its own roll-up table, made afterwards. Verdicts are
 * given to it; nothing is encrypted.
 */
#ifndef OPINIA_BENCH_SQLITE_PEER_H
#define OPINIA_BENCH_SQLITE_PEER_H

#include <sqlite3.h>

#include "bench/bench.h"
#include "core/batch.h"
#include "core/verdict.h"
#include "core/when.h"

struct peer;

struct peer *peer_open(const char *path, bool fresh);
/* One transaction, durable on return. @zone makes the day out of the time. */
void peer_land(struct peer *p, const struct batch *b, const struct verdict *v,
	       const struct zone *zone);
void peer_roll_up(struct peer *p);
uint64_t peer_bytes(struct peer *p,
		    const char *like); /* of tables and indexes called so */
void peer_close(struct peer *p);

/* A prepared question; ends the program when it is wrong. */
sqlite3_stmt *peer_ask(struct peer *p, const char *sql);

#endif
