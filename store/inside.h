/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside.h: the store and the snapshot as the room itself sees them.
 *
 * Fields without a remark are set by open and only looked at afterwards, from any thread.
 */
#ifndef OPINIA_STORE_INSIDE_H
#define OPINIA_STORE_INSIDE_H

#include "store/keyfile.h"
#include "store/opinia_store.h"
#include "store/txn.h"

struct landing_queue;  /* land.c      */
struct customer_cache; /* customer_rows.c */
struct text_memos;     /* text_memo.c */
struct packer;	       /* packer.c    */
struct packing;

struct opinia_store {
	struct env *env;
	struct zone *zone;
	char *dir, *key_path, *erased_path;
	size_t map_start, map_max;
	bool read_only, has_key;
	bool key_lent;	     /* the key file may serve other stores too        */
	uint32_t generation; /* of the key; grows when it is changed           */
	uint32_t key_shift;  /* numbers of new keys in the trees, see meta.h   */
	uint8_t id[STORE_ID_BYTES];
	struct keyset set;		 /* of the key file; empty when !has_key */
	struct subkeys keys;		 /* all zero when !has_key */
	const struct taxonomy *taxonomy; /* may be NULL */
	const struct sv *languages;
	uint8_t language_count;
	struct word_source words;
	bool word_source_set;
	struct text_memos *memos; /* locks itself */
	struct packer *packer;
	struct customer_cache *customers; /* locks itself */
	struct landing_queue *queue;	  /* locks itself */
};

struct opinia_snapshot {
	struct opinia_store *store;
	struct txn txn;			 /* read only */
	struct txn_look look;		 /* txn.look points here once somebody asks */
	struct customers_map *customers; /* loaded on first use */
	struct packing *packing;	 /* made on first use   */
	void *query; /* what half B keeps with a snapshot; freed by query_free(query) */
	void (*query_free)(void *query);
};

#endif
