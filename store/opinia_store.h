/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_store.h: the door of the store: open, land, look.
 *
 * Everything passed in is borrowed for the call. What comes out lives in the arena that was
 * passed, or in the snapshot it was asked of. Only opinia_store_open() and
 * opinia_snapshot_open() give something away, and their _close() takes it back (NULL is fine).
 *
 * Threads: a store may be used from any thread. A snapshot belongs to one thread at a time.
 * One landing at a time commits, snapshots never wait for it.
 */
#ifndef OPINIA_STORE_H
#define OPINIA_STORE_H

#include "core/arena.h"
#include "core/batch.h"
#include "core/counts.h"
#include "core/taxonomy.h"
#include "core/verdict.h"
#include "core/when.h"
#include "core/words.h"

struct opinia_store;
struct opinia_snapshot;

/* ---- making and opening ------------------------------------------------------------- */

struct opinia_store_options {
	const char *dir; /* holds data.mdb                                            */
	const char
		*key_file; /* NULL: `$CREDENTIALS_DIRECTORY/opinia.key`, else DIR.key   */
	const char *
		erased_file; /* NULL: beside the key where one is named, else DIR.erased */
	bool without_key; /* open although there is no key: numbers, but no words      */
	bool read_only;
	bool key_lent; /* other stores may live by the key file: it is never changed  */
	bool careful;  /* look at every page of the data file before it is believed */
	size_t map_start,
		map_max; /* bytes; 0: presets. The map grows by itself up to map_max */
	const struct taxonomy
		*taxonomy;	    /* topic names; needed to land                      */
	const struct sv *languages; /* codes by verdict.language; [0] is `und`          */
	uint8_t language_count;
	struct word_source words; /* needed to land, and for words in filters         */
};

/* Make DIR (0700), the key file (0600, never overwritten) and an empty store in zone @zone_name. */
int opinia_store_init(const struct opinia_store_options *opt, const char *zone_name,
		      struct err *err);

/* ERR_MISSING: no store there; ERR_CONFIG: the key does not fit, or another format; ERR_INPUT: the data
 * file is damaged or was cut off; ERR_SYSTEM. */
int opinia_store_open(struct opinia_store **out, const struct opinia_store_options *opt,
		      struct err *err);
void opinia_store_close(struct opinia_store *store);
const struct zone *opinia_store_zone(const struct opinia_store *store);
bool opinia_store_has_key(const struct opinia_store *store);

/* ---- landing ------------------------------------------------------------------------ */

struct opinia_landing {
	uint64_t added, revised, unchanged;
	uint64_t refused; /* erased persons' rows that came again */
	uint64_t keyless; /* rows without any id: a change of theirs is a new row */
	bool seen; /* the store had the batch's note already: nothing of it landed */
};

/*
 * A batch made ready: encoded, encrypted, its words hashed. Any number of threads may
 * prepare while another lands. Freed by opinia_prepared_free() (NULL is fine).
 * @verdicts has batch->count entries. @lexicon is the hash that made them.
 */
struct opinia_prepared;
int opinia_store_prepare(struct opinia_store *store, const struct batch *batch,
			 const struct verdict *verdicts, struct sv lexicon,
			 struct opinia_prepared **out, struct err *err);
void opinia_prepared_free(struct opinia_prepared *p);

/* What was read of a record: its verdict, and the words of its comment where they are at hand. */
struct opinia_reading {
	struct verdict verdict;
	const struct word *words; /* NULL: the store asks its word source */
	size_t word_count;
};
/* Those of a batch, one after the other, made while its records are made ready. */
struct opinia_readings {
	void *self;
	/* What *out views lives until the next call. */
	int (*next)(void *self, const struct record *r, struct opinia_reading *out,
		    struct err *err);
};
/* The same, read on the way: nothing is folded twice, and no verdict waits for its batch. */
int opinia_store_prepare_read(struct opinia_store *store, const struct batch *batch,
			      struct opinia_readings *readings, struct sv lexicon,
			      struct opinia_prepared **out, struct err *err);

/*
 * Land it: documents, index bits, roll-ups, words and the source's cursor, in one
 * transaction, durable on return. On failure nothing of it is in the store; landing it twice is
 * once. Calls from several threads at once are joined under one commit (group commit), each with
 * its own result. ERR_SYSTEM: disk full or refused (store and cursor as they were).
 */
int opinia_store_land(struct opinia_store *store, struct opinia_prepared *p,
		      struct opinia_landing *result, struct err *err);
/*
 * Several, one after the other, in one transaction: what many rows touch together is written once.
 * Where one fails for a reason of its own, those before it land (*result tells), and it and those
 * behind it do not; a failure of the transaction itself leaves nothing of any of them.
 */
int opinia_store_land_all(struct opinia_store *store, struct opinia_prepared **p,
			  size_t count, struct opinia_landing *result, struct err *err);

/* One of several that are landed at once. */
struct opinia_land {
	struct opinia_prepared *p;
	struct opinia_landing result; /* out, as the rest */
	int rc;
	struct err err;
};
/* As if each of @all were landed by a thread of its own: one may fail and the others not. */
void opinia_store_land_each(struct opinia_store *store, struct opinia_land *all,
			    size_t count);

struct opinia_stored;
/*
 * Documents as they were fetched, read again: landing replaces their verdicts and nothing else (no
 * revision, no history; counts, bitmaps and words are put right) and counts them as revised. One
 * that was changed or erased since is left alone: unchanged. All of @docs must be readable.
 */
int opinia_store_prepare_again(struct opinia_store *store,
			       const struct opinia_stored *docs, size_t count,
			       const struct verdict *verdicts, struct sv lexicon,
			       struct opinia_prepared **out, struct err *err);

/* prepare + land + free. */
int opinia_store_put(struct opinia_store *store, const struct batch *batch,
		     const struct verdict *verdicts, struct sv lexicon,
		     struct opinia_landing *result, struct err *err);

/* Where a source stood after its last landing; the empty view if never. */
int opinia_store_cursor(struct opinia_store *store, struct sv source, struct arena *arena,
			struct sv *out, struct err *err);

/* Forget where a source stood, also when that is damaged: it begins anew. */
int opinia_store_cursor_forget(struct opinia_store *store, struct sv source,
			       struct err *err);

/* What a batch left as its note under this key; the empty view if none did. */
int opinia_store_note(struct opinia_store *store, struct sv note, struct arena *arena,
		      struct sv *out, struct err *err);

/* How a source is doing (JSON of the caller's making): its last run, its last error. */
int opinia_store_state(struct opinia_store *store, struct sv source, struct arena *arena,
		       struct sv *out, struct err *err);
int opinia_store_state_put(struct opinia_store *store, struct sv source, struct sv state,
			   struct err *err);

/* ---- looking ------------------------------------------------------------------------ */

int opinia_snapshot_open(struct opinia_store *store, struct opinia_snapshot **out,
			 struct err *err);
void opinia_snapshot_close(struct opinia_snapshot *snap);

struct opinia_totals {
	uint64_t records[KIND_COUNT];
	uint64_t customers, revisions;
	int32_t first_day, last_day; /* of feedback; first > last when there is none */
	struct sv lexicon;	     /* hash of the latest landing's lexicon         */
	const char *zone;
	uint64_t bytes; /* of the data file                             */
};
int opinia_snapshot_totals(struct opinia_snapshot *snap, struct arena *arena,
			   struct opinia_totals *out, struct err *err);

/* ---- filters (store/filter.h has the tree; it knows nothing of LMDB) ------------------- */

struct filter;

struct opinia_filter_env {
	int64_t now_ms; /* what `30d` counts back from */
	const struct zone *zone;
	const struct taxonomy
		*taxonomy; /* to name the nearest topic of a wrong one; may be NULL */
};

/*
 * The grammar is docs/man/opinia-filter.7. ERR_USAGE with the column (1.., in characters) of what is
 * wrong and what would be right. Without a `kind:` term a filter means feedback.
 */
int opinia_filter_parse(struct sv text, const struct opinia_filter_env *env,
			struct arena *arena, struct filter **out, struct err *err);

/* @f AND the days [first, last]; either may be INT32_MIN / INT32_MAX. Terms of time in @f stay. */
struct filter *opinia_filter_days(struct filter *f, int32_t first, int32_t last,
				  struct arena *arena);
/* @f AND one more term of one value, as if typed: ("topic", "order.checkout"); times must be dates.
 * NULL: no such field or value, or out of memory. */
struct filter *opinia_filter_and(struct filter *f, struct sv field, struct sv value,
				 struct arena *arena);
/* The days that the filter's own since/until terms leave; false when it has none. */
bool opinia_filter_period(const struct filter *f, int32_t *first, int32_t *last);
/* The filter without its since/until terms (for the period before). */
struct filter *opinia_filter_timeless(const struct filter *f, struct arena *arena);

int opinia_count(struct opinia_snapshot *snap, const struct filter *f, uint64_t *out,
		 struct err *err);

struct opinia_page {
	size_t limit;	 /* at most so many; 0: all     */
	struct sv after; /* token of the page before, or empty */
	struct sv next;	 /* out: token, empty at the end  */
	uint64_t total;	 /* out: how many match in all    */
};

/* Ids that match, newest clock first, then highest id. */
int opinia_select(struct opinia_snapshot *snap, const struct filter *f,
		  struct opinia_page *page, struct arena *arena, uint32_t **ids,
		  size_t *count, struct err *err);

/* What answering took: which tables were read, how many of their values, and the bytes of these. */
enum opinia_touch {
	TOUCH_ROLLUPS,
	TOUCH_BITMAPS,
	TOUCH_WORDS,
	TOUCH_DOCUMENTS,
	TOUCH_HISTORY,
	TOUCH_LOOKUPS, /* from addresses and ids to records and people */
	TOUCH_PERSONS,
	TOUCH_NAMES,
	TOUCH_REST,
	TOUCH_COUNT
};

struct opinia_explain {
	struct {
		uint64_t values, bytes;
	} touched[TOUCH_COUNT];
	uint64_t rows; /* documents looked at, of those values      */
	uint64_t segments,
		passed_over; /* of 65,536 ids each: read; left out by their days */
	uint64_t spanned;    /* answered by counts that are kept for many of them */
};
/* From here on, what this snapshot reads is counted, from 0. It costs nothing where nobody asked. */
void opinia_explain_begin(struct opinia_snapshot *snap);
void opinia_explain_read(const struct opinia_snapshot *snap, struct opinia_explain *out);
/* "roll-ups", "bitmaps", …: as people are shown it, a msgid. */
const char *opinia_touch_name(enum opinia_touch touch);

/*
 * Of what matches: comments that were read with another lexicon than that of the latest landing, and all
 * that were read; both 0 where there is but one lexicon. Those of the erased are in neither: nobody
 * can read them again. It looks at each document, unless it is known that none can differ.
 */
int opinia_stale(struct opinia_snapshot *snap, const struct filter *f, uint64_t *older,
		 uint64_t *all, struct err *err);
/* All comments were read again: if that is so, it is written down, until another lexicon lands. */
int opinia_store_settle(struct opinia_store *store, struct err *err);

/* A document as it was landed, with its verdict. */
struct opinia_stored {
	uint32_t id, revision; /* revision 0: never changed */
	int64_t landed_at;
	struct record record;	/* words and identities empty when @readable is false  */
	struct verdict verdict; /* evidence terms are not kept, their spans are        */
	struct sv lexicon;	/* hash                                                */
	uint64_t
		content; /* of this revision: what opinia_store_prepare_again() knows it by */
	uint32_t customer; /* canonical pseudonym number, 0: none                 */
	bool readable;	   /* the key was there and the person was not erased     */
	bool erased;
	bool contradiction; /* score and words say the opposite */
};
int opinia_fetch(struct opinia_snapshot *snap, uint32_t id, struct arena *arena,
		 struct opinia_stored *out, struct err *err);

/* As opinia_fetch(), at an earlier revision. ERR_MISSING: there is none. */
int opinia_fetch_past(struct opinia_snapshot *snap, uint32_t id, uint32_t revision,
		      struct arena *arena, struct opinia_stored *out, struct err *err);

/* ---- one person ------------------------------------------------------------------------- */

struct opinia_subject {
	uint32_t number;	    /* canonical                                     */
	const struct sv *addresses; /* "e:ana@example.ro", "p:+40722123456", "c:CRM-17" */
	size_t address_count;
	const uint32_t *ids; /* records of every kind, ascending              */
	size_t id_count;
	const uint32_t *past; /* records that were theirs in an earlier revision only */
	size_t past_count;
};
/* Whose address, number or CRM id is this? In any spelling. ERR_MISSING: nobody's; ERR_USAGE: it is one
 * person's number and another's id; ERR_CONFIG: no key. */
int opinia_subject_find(struct opinia_snapshot *snap, struct sv address, uint32_t *number,
			struct err *err);
/* All that leads to the person of a pseudonym number, into @arena. ERR_MISSING: nobody has it, or they
 * are erased; ERR_CONFIG: no key. */
int opinia_subject_read(struct opinia_snapshot *snap, uint32_t number,
			struct arena *arena, struct opinia_subject *out, struct err *err);

/* ---- numbers ------------------------------------------------------------------------ */

enum opinia_dim {
	DIM_DAY,
	DIM_WEEK,
	DIM_MONTH,
	DIM_WEEKDAY,
	DIM_CHANNEL,
	DIM_TOPIC,
	DIM_SENTIMENT,
	DIM_LANGUAGE,
	DIM_AGENT,
	DIM_TEAM,
	DIM_QUEUE,
	DIM_SOURCE,
	DIM_CSAT,
	DIM_NPS,
	DIM_CES,
	DIM_FCR,
	DIM_ATTR,
	DIM_REASON,
	DIM_COUNT
};

struct opinia_by {
	enum opinia_dim dim;
	struct sv attr; /* key, for DIM_ATTR */
};

/* "week,channel,attr.plan" → at most three. ERR_USAGE names the wrong one and the nearest right one. */
int opinia_by_parse(struct sv text, struct opinia_by out[3], size_t *count,
		    struct err *err);

struct opinia_group {
	struct sv key
		[3]; /* the value's name: "2026-W09", "chat", "order.checkout"; empty: none given */
	int32_t order[3]; /* sorts like people do: day numbers, scores, else 0 */
	struct counts
		counts; /* under DIM_TOPIC, counts.sentiment is the topic's own sentiment */
};

/*
 * Groups of what matches, sorted by key, the empty one (none given) last. A record with several
 * topics is in several groups, one without is in none. When the filter's only topic term names
 * exactly one topic, counts.sentiment is that topic's own here and in opinia_totals_of(), as under
 * DIM_TOPIC. Weekdays are `mon` .. `sun`; a score on an unusual scale is "4 (1-10)", ces says which:
 * "ces2 4". Roll-ups answer when filter and dimensions are time, channel and topic, else bitmaps.
 */
int opinia_groups(struct opinia_snapshot *snap, const struct filter *f,
		  const struct opinia_by *by, size_t by_count, struct arena *arena,
		  struct opinia_group **out, size_t *count, struct err *err);

/* The same without scores, which are left out of all counts: what only asks who complains of what. */
int opinia_group_moods(struct opinia_snapshot *snap, const struct filter *f,
		       const struct opinia_by *by, size_t by_count, struct arena *arena,
		       struct opinia_group **out, size_t *count, struct err *err);

/* All of what matches, as one. */
int opinia_totals_of(struct opinia_snapshot *snap, const struct filter *f,
		     struct counts *out, struct err *err);

/* The fixed part of a document: what durations, cohorts and response rates are made of. */
struct opinia_fact {
	uint32_t id;
	uint8_t kind, channel, delivery, escalated, self_service; /* enums of record.h */
	uint8_t sentiment, fcr;					  /* fcr: enum tri */
	uint32_t customer;					  /* canonical; 0: none */
	uint64_t interaction; /* keyed digest of the interaction id; 0: none */
	int64_t occurred_at, asked_at, answered_at, first_response_at,
		resolved_at; /* ms or TIME_NONE */
	int64_t value_cents;
	struct sv activity; /* name, for activities */
};
int opinia_facts(struct opinia_snapshot *snap, const struct filter *f,
		 struct arena *arena, struct opinia_fact **out, size_t *count,
		 struct err *err);

/* Distinct values of a dimension with their number of feedback records, most first. */
int opinia_values(struct opinia_snapshot *snap, struct opinia_by by, struct arena *arena,
		  struct opinia_group **out, size_t *count, struct err *err);

/* ---- who did what with personal data -------------------------------------------------- */

/* No field may hold a customer's data: an action ("reveal"), its object as a pseudonym, a number or a
 * digest, and what a person gave as the reason. Up to 1,000 bytes each, the rest is cut. */
struct opinia_audit {
	uint64_t number; /* out: from 1 */
	int64_t at;	 /* out */
	uint32_t uid;
	struct sv who, action, what, why;
};
/* Append and sync. ERR_CONFIG without the key. */
int opinia_store_audit(struct opinia_store *store, const struct opinia_audit *entry,
		       struct err *err);
/* The same, unless the latest entry of this action has the same object. */
int opinia_store_audit_change(struct opinia_store *store,
			      const struct opinia_audit *entry, struct err *err);
/*
 * All entries in order, each verified against the chain (without the key: only numbered) before
 * @take (NULL: none) gets it; views are valid during its call, a non-zero return ends the walk and is
 * returned. *count: entries that are sound. ERR_NOTHING: the trail is not what was written.
 */
int opinia_audit_read(struct opinia_snapshot *snap,
		      int (*take)(void *self, const struct opinia_audit *entry,
				  struct err *err),
		      void *self, uint64_t *count, struct err *err);

/* ---- erasing ---------------------------------------------------------------------------- */

/* What an erasure took, or would take. */
struct opinia_erasure {
	uint64_t persons, addresses, records, revisions; /* revisions: earlier ones */
	uint64_t names; /* values of attributes that nobody else had          */
	bool key_lent;	/* the key file may serve other stores: it was left as it is */
	bool key_pending; /* the key file could not be written; the next to open tries again */
};

/*
 * Erase the person of this pseudonym number, all addresses and records of theirs: keys, words, ids,
 * attributes, interaction and history. In each record's place stays an anonymous one (kind, channel,
 * day, agent, team, queue, scores, sentiment, topics), so counters stand. What comes again with an
 * id of theirs is refused. The list of the erased and the key file follow (erased.h, keytree.h), so
 * that no backup brings them back. @dry: only say what would go. ERR_MISSING: nobody has
 * the number, or they are erased already. ERR_SYSTEM: as it was before; or *out says what is pending.
 * One transaction: it reads every lookup and rewrites the words of each segment of 65,536
 * records that the person is in.
 */
int opinia_erase_customer(struct opinia_store *store, uint32_t number, bool dry,
			  const struct opinia_audit *why, struct opinia_erasure *out,
			  struct err *err);
/* The same of one record without customer. ERR_USAGE: it has one, who is to be erased as a whole. */
int opinia_erase_record(struct opinia_store *store, uint32_t id, bool dry,
			const struct opinia_audit *why, struct opinia_erasure *out,
			struct err *err);
/*
 * Records that are too old, whoever's: as above, but only of these, and nothing goes to the list or out
 * of the key file, as age is known of every copy. Persons of whom nothing is left are erased
 * too. Those erased already are passed over. A transaction for each 65,536.
 */
int opinia_erase_old(struct opinia_store *store, const uint32_t *ids, size_t count,
		     const struct opinia_audit *why, struct opinia_erasure *out,
		     struct err *err);

/* Do free pages of the data file still hold what was erased? */
int opinia_store_unswept(struct opinia_store *store, bool *out, struct err *err);
/*
 * Copy the data file without its free pages and put the copy in its place. *done is false when
 * somebody else has the store open. No snapshot may be open, and no other thread use the store. Needs
 * room for the copy; whenever it is broken off, the one or the other is there.
 */
int opinia_store_compact(struct opinia_store *store, bool *done, struct err *err);

/* ---- the key ---------------------------------------------------------------------------- */

/*
 * A new key, in the key file's place, or in the new file @to_file (which a key file that may serve other
 * stores needs: ERR_CONFIG without); the old one opens only what was copied before. Documents stay
 * as they are, the keys of customers and records are wrapped anew: about a second for a million.
 * Whenever it is broken off, the store and the key file fit. @keep_old: a copy stays as KEYFILE.old. Other programs that have the store open
 * must be started again, and say so. @why goes to the audit trail (NULL: nothing).
 */
int opinia_store_rotate(struct opinia_store *store, const char *to_file, bool keep_old,
			const struct opinia_audit *why, struct err *err);
/* Where the key is, or would be looked for; and the list of the erased. */
const char *opinia_store_key_path(const struct opinia_store *store);

/* ---- readers ------------------------------------------------------------------------- */

/* Pages that a snapshot needs are not used again while it is open, so the file grows. */
struct opinia_reader {
	int pid;
	uint64_t at;	 /* the commit it looks at: it is the same one while that stays */
	uint64_t behind; /* landings committed since it began */
};
int opinia_store_readers(struct opinia_store *store, struct arena *arena,
			 struct opinia_reader **out, size_t *count, struct err *err);

/* ---- checking ----------------------------------------------------------------------- */

struct opinia_check {
	uint64_t documents, bitmaps, rollups, words, customers; /* looked at           */
	uint64_t wrong; /* disagreements found; each was told to @tell              */
	/* nothing wrong, but something to be done */
	bool unswept;	  /* free pages hold what was erased: opinia_store_compact()  */
	bool key_pending; /* the key file still has keys of the erased                */
	bool list_short;  /* the list of the erased is not the one that was followed  */
};

/* Recompute everything from the documents and compare. ERR_NOTHING when something is wrong. */
int opinia_store_check(struct opinia_store *store,
		       void (*tell)(void *self, const char *what), void *self,
		       struct opinia_check *out, struct err *err);

#include "store/opinia_backup.h" /* backups, stores of older formats: part of this door */

#endif
