/* SPDX-License-Identifier: Apache-2.0 */
/*
 * customers.h: who is who, without anybody's address.
 *
 * Each address (e-mail, number, CRM id) that was ever seen has a number of its own for
 * good, found by the keyed digest of its normalised form. Rows of KIND_CUSTOMER tie
 * numbers together; the smallest number of what hangs together is the canonical one, and
 * every other has a redirect to it. A row that is revised unties and ties again, so both
 * are exact.
 */
#ifndef OPINIA_STORE_CUSTOMERS_H
#define OPINIA_STORE_CUSTOMERS_H

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

struct txn;
struct opinia_snapshot;

/* The canonical number of @number (0 gives 0), straight from the database. */
uint32_t customers_canonical(struct txn *t, uint32_t number);

/*
 * All redirects of a snapshot, loaded once, for whoever asks for many: lives as long as
 * the snapshot. NULL with @err when memory is out.
 */
struct customers_map;
const struct customers_map *customers_map(struct opinia_snapshot *snap, struct err *err);
uint32_t customers_map_get(const struct customers_map *m, uint32_t number);
/* All numbers of the person that @number belongs to, ascending, into @arena. */
int customers_group(struct txn *t, uint32_t number, struct arena *arena, uint32_t **out,
		    size_t *count, struct err *err);
uint64_t customers_count(struct txn *t); /* persons: canonical numbers */

/* ---- addresses --------------------------------------------------------------------- */

enum alias_kind { ALIAS_ANY, ALIAS_EMAIL, ALIAS_PHONE, ALIAS_CRM };

enum { ALIAS_DIGEST = 10, ALIAS_TEXT_MAX = 1100 };

/*
 * The one spelling of an address: `e:` and the lower-cased e-mail, `p:` and +digits, or
 * `c:` and the CRM id. ALIAS_ANY guesses which it is. @out has ALIAS_TEXT_MAX bytes;
 * empty in, empty out.
 */
struct sv alias_normal(enum alias_kind kind, struct sv as_given, char *out);
/* The number of an address as given; 0: never seen, or there is no key. */
uint32_t customers_find(struct opinia_snapshot *snap, enum alias_kind kind,
			struct sv as_given, struct err *err);
/* Ids of all records that name one of the @count numbers, or (@past) did so and do no more; ascending,
 * into @arena. */
int customers_records(struct opinia_snapshot *snap, const uint32_t *numbers, size_t count,
		      bool past, struct arena *arena, uint32_t **ids, size_t *id_count,
		      struct err *err);

#endif
