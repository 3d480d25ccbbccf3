/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrations.h: the ways from an older format to the present one, a row each.
 *
 * A migration reads the store as it is, with code of its own, and writes another as the program writes
 * stores; so each leads to the present format at once, and not over those between. Tables that
 * it does not name are carried over value by value. upgrade.c is what is around it.
 */
#ifndef OPINIA_STORE_MIGRATIONS_H
#define OPINIA_STORE_MIGRATIONS_H

#include "store/meta.h"
#include "store/opinia_store.h"

struct migrating {
	struct txn *from; /* reads the older store, whose tables may be fewer */
	struct txn to;	  /* writes the newer; see migrating_pause()          */
	struct env *env;  /* of @to                                           */
	const struct opinia_upgrade_ear *ear;
	uint64_t bytes, total; /* carried so far, and in all: for the ear */
	uint64_t since;	       /* bytes since @to began                   */
	uint64_t rows;
};

struct migration {
	uint32_t from;	  /* a format: it leads to STORE_FORMAT */
	const char *what; /* for people, a msgid */
	uint32_t own;	  /* tables that @run writes: bits 1 << enum db */
	int (*run)(struct migrating *m, struct err *err);
};

/* NULL: there is no way from there. */
const struct migration *migration_from(uint32_t format);

/*
 * Behind each value or document: @bytes of it were read. Now and then what was written is committed and
 * @m->to begun anew, so that memory does not grow with the store.
 */
int migrating_pause(struct migrating *m, size_t bytes, struct err *err);

/* The rows, one file each. */
extern const struct migration migration_0;

#endif
