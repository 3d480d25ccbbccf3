/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_run.h: the body of a run: some records' words with their places.
 *
 * The records stand one after the other in ascending order of ids; a record of k places
 * takes k + 1 (one is left free, so no phrase reaches into the next). A posting is a
 * place counted over the whole run. Little-endian:
 *
 *	at 0   u32 sum of bytes 4..63     32  u32 where the directory begins
 *	   4   u32 sum of all behind 63   36  u32 where the heads begin
 *	   8   u32 version 2              40  u32 where the postings begin
 *	  12   u16 first id's low half    44  u32 bytes in all, 8 bytes of 0 at the end included
 *	  14   u8 directory bits          48  u32 records with words
 *	  15   u8 1: ids are listed       52  0
 *	  16   u32 slots
 *	  20   u32 places
 *	  24   u32 groups
 *	  28   u32 where the starts begin
 *
 *	starts     for each slot where its record begins (sorted.h, bound: places + 1); slot i is id
 *	           first + i, or the i-th of the u16s behind the starts when ids are listed. A slot
 *	           without words begins where the next one does
 *	directory  2^bits + 1 pairs of u32: offset of the first head and of the first posting of the
 *	           groups whose key begins with these bits
 *	heads      ascending by key: key 6 bytes, varint forms, for each form: tag 3 bytes, varint n,
 *	           and varint (n - records with it) unless n is 1 or it is the only form; then
 *	           varint (all n - records) unless all n is 1
 *	postings   for each form of each head in the same order n places (sorted.h, bound: places)
 */
#ifndef OPINIA_STORE_TEXT_RUN_H
#define OPINIA_STORE_TEXT_RUN_H

#include "core/arena.h"
#include "core/buf.h"
#include "store/sorted.h"

enum { TEXT_RUN_HEAD = 64, TEXT_RUN_VERSION = 2, TEXT_FORMS_MAX = 4096 };

struct text_run {
	struct sv body;
	const uint8_t *heads_end;
	struct sorted starts;
	const uint8_t *listed; /* u16 each; NULL: ids are first + slot */
	uint16_t first;
	uint8_t directory_bits;
	uint32_t slots, places, groups, records;
	uint32_t directory_at, heads_at, postings_at;
};

/*
 * False: not a run, or its header is damaged. The postings are looked at when they are
 * used.
 */
bool text_run_open(struct sv body, struct text_run *out);
bool text_run_sound(struct sv body); /* the sum of all of it */
uint16_t text_run_low(const struct text_run *r,
		      uint32_t slot); /* low half of the id there */

struct text_group {
	const struct text_run *run;
	uint64_t key;
	uint32_t forms, postings, records; /* postings of all forms */
	const uint8_t *form, *posting;	   /* where the next one is */
	uint32_t left;			   /* forms yet to come     */
};

struct text_form {
	uint32_t tag, records;
	struct sorted places;
};

/* False: no such group in it. */
bool text_run_find(const struct text_run *r, uint64_t key, struct text_group *out);
/* How many records have a group; 0: no such group. Quicker than finding it. */
uint32_t text_run_records(const struct text_run *r, uint64_t key);
/* The same of one of its forms. */
uint32_t text_run_form_records(const struct text_run *r, uint64_t key, uint32_t tag);
/* The forms of a group, one after the other; false at the end. */
bool text_group_form(struct text_group *g, struct text_form *out);

/*
 * All groups in order. Start with text_walk_start(); false at the end (or on damage:
 * !w->ok).
 */
struct text_walk {
	const struct text_run *run;
	const uint8_t *head, *posting;
	uint32_t left;
	bool ok;
};
void text_walk_start(struct text_walk *w, const struct text_run *r);
bool text_walk_next(struct text_walk *w, struct text_group *out);
/* The same for who only counts: of these groups text_group_count(), not text_group_form(). */
bool text_walk_next_head(struct text_walk *w, struct text_group *out);
/* The next form and how many records have it; false at the end. */
bool text_group_count(struct text_group *g, uint32_t *tag, uint32_t *records);

/* ---- making one ------------------------------------------------------------------ */

struct text_posting {
	uint64_t group;
	uint32_t form, place; /* place over the whole run */
};

struct text_slots;

struct text_maker {
	const struct text_slots *slots; /* where the records begin */
	struct buf heads, postings, directory;
	uint32_t places, groups, next; /* next: directory entry to be written */
	uint8_t directory_bits;
	uint32_t *scratch;
	size_t scratch_room;
	bool failed;
};

/* @slots of the run's records, borrowed; @groups: about how many there will be. */
void text_maker_init(struct text_maker *m, const struct text_slots *slots,
		     uint32_t places, uint32_t groups);
void text_maker_release(struct text_maker *m);
/*
 * One group: its @n postings by form, then place; @records of them different. Groups
 * ascend.
 */
void text_maker_group(struct text_maker *m, const struct text_posting *p, size_t n,
		      uint32_t records);
/*
 * The whole run: @lows ascending ids of @n records, @starts where each begins. False:
 * memory.
 */
bool text_maker_finish(struct text_maker *m, const uint16_t *lows, const uint32_t *starts,
		       uint32_t n, struct buf *out);

#endif
