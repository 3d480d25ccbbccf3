/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_erase.c: whoever is erased is gone from every lookup, every page and every older copy, the
 * counters stand, and all others are as they were.
 */
#include <criterion/criterion.h>
#include <fcntl.h>

#include "store/crypto.h"
#include "store/customer_rows.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/names.h"
#include "store/text.h"
#include "tests/store/crash.h"
#include "tests/store/kit.h"

/* Ids: 1-30 of ana (under three addresses), 31-60 of others, 61-90 of nobody, 91 the tie. */
enum { OF_ANA = 30, OF_OTHERS = 60, OF_NOBODY = 90, ALL = 91 };

static struct kit *filled(void)
{
	static const char *const ana[] = { "ana.pop@example.ro", "0722123456",
					   "CRM-4711" };
	struct kit *k = kit_new();
	char id[32], who[32];
	struct record *r;

	cr_assert(k != NULL);
	for (int i = 0; i < OF_NOBODY; i++) {
		bool hers = i < OF_ANA, others = !hers && i < OF_OTHERS;

		if (i == OF_ANA) /* so that her numbers are 1 to 3 */
			cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
		snprintf(id, sizeof(id), "%s-%d", hers ? "anaext" : "ext", i);
		snprintf(who, sizeof(who), "c%d@example.pl", i % 5);
		r = kit_feedback(k, id,
				 hers	  ? ana[i % 3]
				 : others ? who
					  : NULL,
				 i % 70, 1 + i % 5,
				 hers ? "dezamagitor serviciul vostru de curierat"
				      : "nu merge plata cu cardul",
				 i % 4, i % 3);
		r->interaction = kit_sv(k, id);
		r->agent = SV("Ioana");
		r->attr_count = 1;
		r->attrs[0] = (struct attr){ SV_INIT("bloc"),
					     hers ? SV("Scara Anei") : SV("alta") };
	}
	kit_person(k, "tie", ana[0], ana[1], ana[2]);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	/* a revision, so that there is history */
	r = kit_feedback(k, "anaext-0", ana[0], 0, 2, "altceva dezamagitor", 0, 0);
	r->interaction = SV("anaext-0");
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_assert_eq(kit_check(k), 0);
	return k;
}

static uint32_t number_of(struct kit *k, const char *address)
{
	struct opinia_snapshot *snap;
	uint32_t n;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0, "%s",
		     k->err.text);
	n = customers_find(snap, ALIAS_ANY, sv_of(address), &k->err);
	opinia_snapshot_close(snap);
	return n;
}

static uint64_t count(struct kit *k, const char *filter)
{
	const struct opinia_filter_env env = { KIT_DAY0 + 100 * (int64_t)MS_DAY,
					       opinia_store_zone(k->store),
					       &kit_taxonomy };
	struct opinia_snapshot *snap;
	struct filter *f;
	uint64_t n = 0;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(
		opinia_filter_parse(sv_of(filter), &env, &k->batch.arena, &f, &k->err), 0,
		"%s", k->err.text);
	cr_assert_eq(opinia_count(snap, f, &n, &k->err), 0, "%s", k->err.text);
	opinia_snapshot_close(snap);
	return n;
}

static bool named(struct kit *k, const char *agent)
{
	struct opinia_snapshot *snap;
	bool is;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	is = names_find(&snap->txn, NAME_AGENT, sv_of(agent)) != 0;
	opinia_snapshot_close(snap);
	return is;
}

static bool readable(struct kit *k, uint32_t id)
{
	struct opinia_snapshot *snap;
	struct opinia_stored s;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	arena_reset(&k->batch.arena);
	cr_assert_eq(opinia_fetch(snap, id, &k->batch.arena, &s, &k->err), 0, "%s",
		     k->err.text);
	opinia_snapshot_close(snap);
	return s.readable && s.record.external_id.n;
}

/* How many of ana's and of the others' records can be read. */
static void readers(struct kit *k, int *hers, int *others)
{
	*hers = *others = 0;
	for (uint32_t id = 1; id <= OF_NOBODY; id++)
		*(id <= OF_ANA ? hers : others) += readable(k, id);
}

static const struct opinia_audit entry = { .action = SV_INIT("erase") };

static int erase_ana(struct kit *k, struct opinia_erasure *out)
{
	return opinia_erase_customer(k->store, number_of(k, "ana.pop@example.ro"), false,
				     &entry, out, &k->err);
}

Test(erase, a_person_is_gone_and_every_count_stands)
{
	struct kit *k = filled();
	struct opinia_erasure out, dry;
	struct opinia_landing again;
	struct opinia_totals was = kit_totals(k), now;
	uint64_t complaints = count(k, "complaint:order.checkout"),
		 scores = count(k, "csat:1..2"), agent = count(k, "agent:Ioana");
	int hers, others;

	cr_expect_eq(count(k, "dezamagitor"), OF_ANA);
	cr_assert_eq(opinia_erase_customer(k->store, number_of(k, "0722 123 456"), true,
					   &entry, &dry, &k->err),
		     0, "%s", k->err.text);
	cr_expect(dry.persons == 1 && dry.records == OF_ANA + 1 && dry.addresses == 3 &&
			  dry.revisions == 1 && dry.names == 1,
		  "%d records, %d addresses, %d revisions, %d names", (int)dry.records,
		  (int)dry.addresses, (int)dry.revisions, (int)dry.names);
	cr_expect_eq(count(k, "dezamagitor"), OF_ANA, "it was only asked");

	cr_assert_eq(erase_ana(k, &out), 0, "%s", k->err.text);
	cr_expect(!memcmp(&out, &dry, sizeof(out)), "it does what it says");
	cr_expect_eq(kit_check(k), 0);
	readers(k, &hers, &others);
	cr_expect(hers == 0 && others == OF_NOBODY - OF_ANA, "%d, %d", hers, others);
	cr_expect_eq(count(k, "dezamagitor"), 0);
	cr_expect_eq(count(k, "is:erased"), OF_ANA);
	cr_expect_eq(count(k, "complaint:order.checkout"), complaints);
	cr_expect_eq(count(k, "csat:1..2"), scores);
	cr_expect_eq(count(k, "agent:Ioana"), agent);
	cr_expect_eq(count(k, "has:attr.bloc"), OF_NOBODY - OF_ANA);
	now = kit_totals(k);
	cr_expect(now.records[KIND_FEEDBACK] == was.records[KIND_FEEDBACK] &&
		  now.customers == was.customers - 1 && now.revisions == 0);
	for (int i = 0; i < 3; i++) {
		static const char *const ana[] = { "ana.pop@example.ro", "0722123456",
						   "CRM-4711" };
		cr_expect_eq(number_of(k, ana[i]), 0, "%s", ana[i]);
	}
	cr_expect_eq(opinia_erase_customer(k->store, 1, false, &entry, &out, &k->err),
		     ERR_MISSING, "twice");

	/* what comes again is refused; what is new of the same address is somebody new */
	kit_feedback(k, "anaext-7", "0722123456", 7, 3, "dezamagitor", 0, 0)->agent =
		SV("Agentul Anei");
	kit_feedback(k, "new-1", "ana.pop@example.ro", 80, 5, "multumesc", 2, 1);
	cr_assert_eq(kit_land(k, &again), 0, "%s", k->err.text);
	cr_expect(again.refused == 1 && again.added == 1, "%d refused, %d added",
		  (int)again.refused, (int)again.added);
	cr_expect_eq(number_of(k, "0722123456"), 0, "a refused row leaves no address");
	cr_expect(number_of(k, "ana.pop@example.ro") > 3);
	cr_expect_eq(count(k, "dezamagitor"), 0);
	cr_expect(!named(k, "Agentul Anei") && named(k, "Ioana"), "nor a name");
	cr_expect_eq(kit_check(k), 0);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect(readable(k, ALL + 1), "the list is not applied to who came after it");
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

/* Rows of hers and of others, made ready and not landed. */
static struct opinia_prepared *on_its_way(struct kit *k)
{
	struct opinia_prepared *p;

	kit_feedback(k, "late-1", "ana.pop@example.ro", 80, 1, "dezamagitor", 0, 0)
		->agent = SV("Agentul Anei");
	kit_feedback(k, "late-2", "+40 722 123 456", 80, 1, "dezamagitor", 0, 0);
	kit_feedback(k, "late-3", "c1@example.pl", 80, 5, "multumesc", 2, 1);
	kit_feedback(k, "late-4", NULL, 80, 5, "multumesc", 2, 1);
	kit_person(k, "late-5", "ana.noua@example.ro", NULL, "CRM-4711");
	/* a record of another, which is to become hers */
	kit_feedback(k, "ext-31", "ana.pop@example.ro", 31, 1, "dezamagitor", 0, 0);
	cr_assert_eq(opinia_store_prepare(k->store, &k->batch, k->verdicts, SV("lex"), &p,
					  &k->err),
		     0, "%s", k->err.text);
	batch_reset(&k->batch);
	return p;
}

Test(erase, what_was_on_its_way_when_somebody_was_erased_does_not_bring_them_back)
{
	struct kit *k = filled();
	struct opinia_prepared *early = on_its_way(k), *late;
	struct opinia_erasure out;
	struct opinia_landing got;
	uint32_t fresh;

	cr_assert_eq(opinia_erase_record(k->store, 70, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	cr_assert_eq(erase_ana(k, &out), 0, "%s", k->err.text);
	cr_assert_eq(opinia_store_land(k->store, early, &got, &k->err), 0, "%s",
		     k->err.text);
	opinia_prepared_free(early);
	cr_expect(got.refused == 4 && got.added == 2 && !got.revised,
		  "%d refused, %d added, %d revised", (int)got.refused, (int)got.added,
		  (int)got.revised);
	cr_expect(!number_of(k, "ana.pop@example.ro") && !number_of(k, "0722123456") &&
		  !number_of(k, "CRM-4711") && !number_of(k, "ana.noua@example.ro"));
	cr_expect_eq(count(k, "dezamagitor"), 0);
	cr_expect(!named(k, "Agentul Anei") && readable(k, 32));
	cr_expect_eq(kit_check(k), 0);

	/* who comes afterwards is somebody new */
	late = on_its_way(k);
	cr_assert_eq(opinia_store_land(k->store, late, &got, &k->err), 0, "%s",
		     k->err.text);
	opinia_prepared_free(late);
	cr_expect(!got.refused && got.added > 0, "%d refused", (int)got.refused);
	fresh = number_of(k, "ana.pop@example.ro");
	cr_expect_gt(fresh, 3);
	cr_expect_eq(kit_check(k), 0);

	/* age is no wish to be forgotten: who was on the way lands */
	kit_feedback(k, "late-9", "c4@example.pl", 80, 5, "multumesc", 2, 1);
	cr_assert_eq(opinia_store_prepare(k->store, &k->batch, k->verdicts, SV("lex"),
					  &early, &k->err),
		     0);
	batch_reset(&k->batch);
	cr_assert_eq(
		opinia_erase_old(k->store, (uint32_t[]){ 40 }, 1, &entry, &out, &k->err),
		0);
	cr_assert_eq(opinia_store_land(k->store, early, &got, &k->err), 0);
	opinia_prepared_free(early);
	cr_expect_eq(got.refused, 0);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(erase, a_record_without_customer_is_erased_alone)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	struct opinia_landing again;

	cr_expect_eq(opinia_erase_record(k->store, 3, false, &entry, &out, &k->err),
		     ERR_USAGE);
	cr_expect(strstr(k->err.text, "erase c1"), "%s", k->err.text);
	cr_assert_eq(opinia_erase_record(k->store, 70, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	cr_expect(out.records == 1 && !out.persons);
	cr_expect(!readable(k, 70) && readable(k, 69) && readable(k, 71));
	cr_expect_eq(opinia_erase_record(k->store, 70, false, &entry, &out, &k->err),
		     ERR_MISSING);
	cr_expect_eq(opinia_erase_record(k->store, 7000, false, &entry, &out, &k->err),
		     ERR_MISSING);
	kit_feedback(k, "ext-69", NULL, 69, 5, "nu merge plata", 0, 0);
	cr_assert_eq(kit_land(k, &again), 0);
	cr_expect_eq(again.refused, 1);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(erase, a_record_whose_key_is_damaged_is_not_said_to_be_erased)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	char key[5], value[600];
	struct txn_cursor c;
	struct txn t;
	size_t n;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	txn_cursor_open(&c, &t, DB_RECKEY);
	cr_assert(txn_first(&c) && c.key.n == sizeof(key) && c.value.n < sizeof(value));
	memcpy(key, c.key.p, sizeof(key));
	n = c.value.n;
	memcpy(value, c.value.p, n);
	txn_cursor_close(&c);
	value[n - 1] ^= 1;
	txn_put(&t, DB_RECKEY, (struct sv){ key, sizeof(key) }, (struct sv){ value, n });
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	cr_expect_eq(
		opinia_erase_record(k->store, OF_NOBODY, false, &entry, &out, &k->err),
		ERR_INPUT, "a copy from before could still be read");
	cr_expect(strstr(k->err.text, "damaged"), "%s", k->err.text);
	cr_expect_eq(kit_reopen(k), 0, "nobody is on the list: %s", k->err.text);
	kit_free(k);
}

Test(erase, a_customer_whose_row_is_damaged_takes_nobody_else_s_key_along)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	struct txn t;
	char row[600];
	struct key key;
	struct sv v;
	size_t n;

	/* as if it were wrapped by the key of the next one */
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	key_u32(&key, 1);
	cr_assert(txn_get(&t, DB_CUSTOMER, key_sv(&key), &v) && v.n < sizeof(row));
	n = v.n;
	memcpy(row, v.p, n);
	row[4] = 2;
	le_set(row + 5, 1, 4);
	txn_put(&t, DB_CUSTOMER, key_sv(&key), (struct sv){ row, n });
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	cr_expect_eq(opinia_erase_customer(k->store, 1, false, &entry, &out, &k->err),
		     ERR_INPUT, "a copy from before could still be read");
	cr_expect(strstr(k->err.text, "damaged"), "%s", k->err.text);
	cr_expect(keytree_has(k->store->set.tree, TREE_CUSTOMERS, 1));
	cr_expect(keytree_has(k->store->set.tree, TREE_CUSTOMERS, 2));
	cr_expect_eq(kit_reopen(k), 0, "nobody is on the list: %s", k->err.text);
	kit_free(k);
}

Test(erase, what_is_too_old_goes_with_whom_nothing_is_left_of)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	struct opinia_landing again;
	uint32_t old[OF_OTHERS];
	size_t n = 0;

	for (uint32_t id = OF_ANA - 4; id <= OF_OTHERS; id++)
		if (id != 35) /* of c4@ */
			old[n++] = id;
	cr_assert_eq(opinia_erase_old(k->store, old, n, &entry, &out, &k->err), 0, "%s",
		     k->err.text);
	cr_expect(out.records == n && out.persons == 4, "%d records, %d persons",
		  (int)out.records, (int)out.persons);
	cr_expect(readable(k, 35) && readable(k, 5) && !readable(k, 30));
	cr_expect(number_of(k, "c4@example.pl") && !number_of(k, "c3@example.pl"));
	kit_feedback(k, "ext-40", NULL, 40, 1, "nu merge plata", 0, 0);
	cr_assert_eq(kit_land(k, &again), 0);
	cr_expect_eq(again.refused, 1);
	cr_assert_eq(opinia_erase_old(k->store, old, n, &entry, &out, &k->err), 0);
	cr_expect_eq(out.records, 0, "once");
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

/* ---- residue ----------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes = malloc(16 << 20);

	cr_assert(f && bytes, "%s", path);
	*n = fread(bytes, 1, 16 << 20, f);
	fclose(f);
	return bytes;
}

static void copy_file(const char *from, const char *to)
{
	size_t n;
	char *bytes = read_file(from, &n);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
	free(bytes);
}

/* DIR/data.mdb as it is now, to ROOT/@name/data.mdb. */
static void copy_store(struct kit *k, const char *name)
{
	char from[200], to[200];

	snprintf(to, sizeof(to), "%s/%s", k->root, name);
	mkdir(to, 0700);
	snprintf(from, sizeof(from), "%s/data.mdb", k->dir);
	snprintf(to, sizeof(to), "%s/%s/data.mdb", k->root, name);
	copy_file(from, to);
}

/* What the data file must not hold any more, as bytes. */
struct residue {
	struct {
		const char *what;
		uint8_t bytes[32];
		size_t n;
	} all[40];
	size_t count;
};

static void residue_add(struct residue *r, const char *what, const void *p, size_t n)
{
	r->all[r->count].what = what;
	memcpy(r->all[r->count].bytes, p, n);
	r->all[r->count++].n = n;
}

/* Her wrapped keys, digests of her ids, her ciphertext, hashes of her words. */
static void residue_of_ana(struct kit *k, struct residue *r)
{
	struct opinia_snapshot *snap;
	struct subkeys *keys = &k->store->keys;
	struct text_term *t;
	struct word w = { .folded = SV_INIT("dezamagitor"), .stem = SV_INIT("dezam") };
	uint8_t d[12], group[6];
	struct sv v;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (uint32_t n = 1; n <= 3; n++) {
		struct key key;

		key_u32(&key, n);
		cr_assert(txn_get(&snap->txn, DB_CUSTOMER, key_sv(&key), &v));
		residue_add(r, "wrapped key", v.p + 13, 32);
	}
	for (int i = 0; i < OF_ANA; i += 7) {
		char id[32];
		uint64_t x;

		snprintf(id, sizeof(id), "anaext-%d", i);
		x = digest_u64(keys->interaction, sv_of(id));
		le_set(d, x, 8);
		residue_add(r, "interaction in a document", d, 8);
		be_set(d, x, 8);
		residue_add(r, "interaction in a run", d, 8);
	}
	digest_bytes(keys->pseudonym, SV("e:ana.pop@example.ro"), d, 10);
	residue_add(r, "address", d, 10);
	cr_assert_eq(
		text_terms(keys->word, SV("ro"), &w, 1, &k->batch.arena, &t, &k->err), 0);
	le_set(group, t->group, 6);
	residue_add(r, "word", group, 6);
	residue_add(r, "attribute", "Scara Anei", 10);
	opinia_snapshot_close(snap);
}

static size_t residue_in(struct kit *k, const struct residue *r, bool tell)
{
	char path[200], *bytes;
	size_t n, found = 0;

	snprintf(path, sizeof(path), "%s/data.mdb", k->dir);
	bytes = read_file(path, &n);
	for (size_t i = 0; i < r->count; i++)
		if (sv_find((struct sv){ bytes, n },
			    (struct sv){ (const char *)r->all[i].bytes, r->all[i].n }) >=
		    0) {
			found++;
			if (tell)
				fprintf(stderr, "%s is there\n", r->all[i].what);
		}
	free(bytes);
	return found;
}

Test(erase, nothing_is_left_in_the_pages_of_the_file)
{
	struct kit *k = filled();
	struct residue r = { .count = 0 };
	struct opinia_erasure out;
	bool unswept, done;
	char path[200];
	struct stat st;

	residue_of_ana(k, &r);
	cr_expect_eq(residue_in(k, &r, false), r.count, "the search does find things");
	cr_assert_eq(erase_ana(k, &out), 0, "%s", k->err.text);
	cr_assert_eq(opinia_store_unswept(k->store, &unswept, &k->err), 0);
	cr_expect(unswept);
	cr_expect(residue_in(k, &r, false) > 0,
		  "free pages keep it, or this test proves nothing");
	cr_assert_eq(opinia_store_compact(k->store, &done, &k->err), 0, "%s",
		     k->err.text);
	cr_expect(done);
	snprintf(path, sizeof(path), "%s/data.mdb", k->dir);
	cr_expect(!stat(path, &st) && (st.st_mode & 0777) == 0600);
	cr_expect_eq(residue_in(k, &r, true), 0);
	cr_assert_eq(opinia_store_unswept(k->store, &unswept, &k->err), 0);
	cr_expect(!unswept);
	cr_expect_eq(kit_check(k), 0);
	kit_rows(k, "after", 0, 50);
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0);
	cr_expect_eq(residue_in(k, &r, true), 0);
	kit_free(k);
}

/* Open an older copy of the store, @name, with the key of now. */
static int open_copy(struct kit *k, const char *name, const char *list)
{
	static char dir[200], key[200], erased[200];

	opinia_store_close(k->store);
	k->store = NULL;
	snprintf(key, sizeof(key), "%s.key", k->dir);
	snprintf(dir, sizeof(dir), "%s/%s", k->root, name);
	snprintf(erased, sizeof(erased), "%s/%s", k->root, list);
	k->opt.dir = dir;
	k->opt.key_file = key;
	k->opt.erased_file = erased;
	return kit_open(k);
}

Test(erase, an_older_copy_does_not_bring_her_back_with_or_without_the_list)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	struct opinia_landing again;
	uint8_t seed[KEY_BYTES], plain[2000], nonce[24];
	const struct tree_node *nodes;
	size_t node_count;
	int hers, others;
	struct opinia_snapshot *snap;
	struct key key;
	struct sv v;

	copy_store(k, "old");
	copy_store(k, "older");
	/* erased after the copy was made, and a record of hers that the copy never had */
	kit_feedback(k, "anaext-late", "ana.pop@example.ro", 3, 3, "dezamagitor", 0, 0);
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_assert_eq(erase_ana(k, &out), 0, "%s", k->err.text);
	cr_assert_eq(opinia_erase_record(k->store, 70, false, &entry, &out, &k->err), 0);

	/* without the list: the key alone does not open her */
	cr_assert_eq(open_copy(k, "old", "no-list"), 0, "%s", k->err.text);
	readers(k, &hers, &others);
	cr_expect(hers == 0 && others == OF_NOBODY - OF_ANA - 1, "%d, %d", hers, others);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	key_u32(&key, 1);
	cr_assert(txn_get(&snap->txn, DB_CUSTOMER, key_sv(&key), &v) && v.n > 61);
	cr_expect(!keytree_key(k->store->set.tree, TREE_CUSTOMERS, 1, seed));
	nodes = keytree_nodes(k->store->set.tree, &node_count);
	memcpy(nonce, v.p + 5, 8);
	be_set(nonce + 8, 1, 4);
	memcpy(nonce + 12, "opinia:cust!", 12);
	for (size_t i = 0; i < node_count; i++)
		cr_expect(crypto_aead_xchacha20poly1305_ietf_decrypt(
				  plain, NULL, NULL, (const uint8_t *)v.p + 13, v.n - 13,
				  k->store->id, STORE_ID_BYTES, nonce,
				  nodes[i].seed) != 0,
			  "node %zu opens her key", i);
	cr_expect(node_count > 40);
	opinia_snapshot_close(snap);

	/* with the list: she is erased there too before anything is read */
	k->opt.read_only = true;
	cr_assert_eq(open_copy(k, "older", "store.erased"), 0, "%s", k->err.text);
	readers(k, &hers, &others);
	cr_expect(hers == 0 && others == OF_NOBODY - OF_ANA - 1, "%d, %d", hers, others);
	cr_expect_eq(count(k, "dezamagitor"), 0);
	cr_expect_eq(count(k, "is:erased"), OF_ANA + 1);
	cr_expect_eq(kit_check(k), 0);
	k->opt.read_only = false;
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	kit_feedback(k, "anaext-late", "ana.pop@example.ro", 3, 3, "dezamagitor", 0, 0);
	kit_feedback(k, "somebody", "nou@example.ro", 3, 3, "cuvinte noi", 0, 0);
	cr_assert_eq(kit_land(k, &again), 0, "%s", k->err.text);
	cr_expect(again.refused == 1 && again.added == 1,
		  "what the copy never had is refused too");
	cr_expect(readable(k, ALL + 1));
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(erase, a_list_that_was_tampered_with_is_refused_and_half_a_line_is_not)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	char path[200], *bytes;
	size_t n;
	int fd;

	copy_store(k, "old");
	cr_assert_eq(erase_ana(k, &out), 0);
	snprintf(path, sizeof(path), "%s/store.erased", k->root);
	bytes = read_file(path, &n);
	cr_expect(sv_find((struct sv){ bytes, n }, SV("ana")) < 0);
	fd = open(path, O_WRONLY | O_APPEND);
	cr_assert(write(fd, "2 p0011", 7) == 7);
	close(fd);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_assert_eq(opinia_erase_record(k->store, 70, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	for (size_t at = 20; at < n - 1; at += 37) {
		char was = bytes[at];

		bytes[at] = was == '0' ? '1' : '0';
		fd = open(path, O_WRONLY);
		cr_assert(pwrite(fd, bytes, n, 0) == (ssize_t)n);
		cr_expect_eq(open_copy(k, "old", "store.erased"), ERR_INPUT, "byte %zu",
			     at);
		bytes[at] = was;
		cr_assert(pwrite(fd, bytes, n, 0) == (ssize_t)n);
		close(fd);
	}
	cr_assert_eq(open_copy(k, "old", "store.erased"), 0, "%s", k->err.text);
	cr_expect(!readable(k, 70) && !readable(k, 1));
	free(bytes);
	kit_free(k);
}

/* ---- stops ------------------------------------------------------------------------- */

/* In a child: erase ana, then compact. */
static int erase_child(void *self)
{
	const struct kit *of = self;
	struct kit mine = { .store = NULL };
	struct opinia_erasure out;
	bool done;
	int rc;

	memcpy(mine.dir, of->dir, sizeof(mine.dir));
	kit_options(&mine);
	batch_init(&mine.batch);
	if (kit_open(&mine))
		return 1;
	rc = number_of(&mine, "ana.pop@example.ro") ? erase_ana(&mine, &out) : 0;
	if (!rc)
		rc = opinia_store_compact(mine.store, &done, &mine.err);
	opinia_store_close(mine.store);
	return rc || !done;
}

Test(erase, a_stop_at_any_step_leaves_before_or_after, .timeout = 240)
{
	int ended = 1, before = 0, after = 0;
	struct residue r = { .count = 0 };

	for (int n = 1; n < 60 && ended; n++) {
		struct kit *k = filled();
		int hers, others;

		r.count = 0;
		residue_of_ana(k, &r);
		opinia_store_close(k->store);
		k->store = NULL;
		ended = crash_run(n, erase_child, k);
		cr_assert(ended >= 0, "it fails at %d", n);
		k->opt.read_only = n % 2;
		cr_assert_eq(kit_open(k), 0, "stopped at %d: %s", n, k->err.text);
		readers(k, &hers, &others);
		cr_expect(hers == 0 || hers == OF_ANA, "stopped at %d: half of her", n);
		cr_expect_eq(others, OF_NOBODY - OF_ANA, "stopped at %d", n);
		cr_expect_eq(kit_check(k), 0, "stopped at %d", n);
		*(hers ? &before : &after) += 1;
		opinia_store_close(k->store);
		k->store = NULL;
		/* and once more goes to the end */
		cr_expect_eq(crash_run(0, erase_child, k), 0, "again after %d", n);
		k->opt.read_only = false;
		cr_assert_eq(kit_open(k), 0);
		readers(k, &hers, &others);
		cr_expect(hers == 0 && others == OF_NOBODY - OF_ANA);
		cr_expect_eq(residue_in(k, &r, true), 0, "stopped at %d", n);
		cr_expect(!keytree_has(k->store->set.tree, TREE_CUSTOMERS, 1),
			  "stopped at %d: her key is still in the key file", n);
		cr_expect_eq(kit_check(k), 0);
		kit_free(k);
	}
	cr_expect(before > 0 && after > 5 && !ended, "%d before, %d after", before,
		  after);
}

Test(erase, others_who_have_the_store_open_keep_it_from_being_swept)
{
	struct kit *k = filled();
	struct opinia_erasure out;
	int ready[2], status;
	bool done;
	char c;
	pid_t pid;

	cr_assert_eq(erase_ana(k, &out), 0);
	cr_assert_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct kit mine = { .store = NULL };

		memcpy(mine.dir, k->dir, sizeof(mine.dir));
		kit_options(&mine);
		mine.opt.read_only = true;
		if (kit_open(&mine) || write(ready[1], "r", 1) != 1)
			_exit(1);
		pause();
	}
	cr_assert(read(ready[0], &c, 1) == 1);
	cr_expect_eq(opinia_store_compact(k->store, &done, &k->err), 0);
	cr_expect(!done);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	cr_expect_eq(opinia_store_compact(k->store, &done, &k->err), 0);
	cr_expect(done);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(erase, a_key_file_that_may_serve_others_is_left_alone)
{
	struct kit *k = kit_new();
	char key[128];
	struct opinia_erasure out;
	struct stat was, now;

	snprintf(key, sizeof(key), "%s.key", k->dir);
	opinia_store_close(k->store);
	k->store = NULL;
	snprintf(k->dir, sizeof(k->dir), "%s/second", k->root);
	k->opt.key_file = key;
	cr_assert_eq(opinia_store_init(&k->opt, "UTC", &k->err), 0);
	cr_assert_eq(kit_open(k), 0);
	kit_rows(k, "r", 0, 20);
	cr_assert_eq(kit_land(k, NULL), 0);
	stat(key, &was);
	cr_assert_eq(opinia_erase_customer(k->store, 1, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	stat(key, &now);
	cr_expect(out.key_lent && was.st_ino == now.st_ino && was.st_size == now.st_size);
	cr_expect_eq(kit_check(k), 0);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	kit_free(k);
}
