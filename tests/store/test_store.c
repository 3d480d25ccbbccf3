/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_store.c: making and opening stores: what is refused, what is private, what needs
 * the key.
 */
#include <criterion/criterion.h>

#include "store/format.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/meta.h"
#include "tests/store/kit.h"

static void an_older_key_file_is_never_taken_for_a_new_store(void)
{
	struct kit *k = kit_new();

	snprintf(k->dir, sizeof(k->dir), "%s/store", k->root);
	opinia_store_close(k->store);
	k->store = NULL;
	kit_remove(k->dir);
	cr_expect_eq(opinia_store_init(&k->opt, "UTC", &k->err), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "never overwritten"), "%s", k->err.text);
	kit_free(k);
}

Test(store, folder_and_key_are_private_and_nothing_is_made_over_them)
{
	struct kit *k = kit_new();
	struct stat st;
	char key[128];

	snprintf(key, sizeof(key), "%s.key", k->dir);
	cr_expect(!stat(k->dir, &st) && (st.st_mode & 0777) == 0700);
	cr_expect(!stat(key, &st) && (st.st_mode & 0777) == 0600);
	cr_expect_eq(opinia_store_init(&k->opt, "UTC", &k->err), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "already"), "%s", k->err.text);
	snprintf(k->dir, sizeof(k->dir), "%s/second", k->root);
	k->opt.key_file = key;
	cr_expect_eq(opinia_store_init(&k->opt, "Mars/Olympus", &k->err), ERR_MISSING);
	cr_expect_eq(opinia_store_init(&k->opt, "Europe/Warsaw", &k->err), 0,
		     "a key that is given may serve two stores: %s", k->err.text);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect_str_eq(zone_name(opinia_store_zone(k->store)), "Europe/Warsaw");
	kit_free(k);
	an_older_key_file_is_never_taken_for_a_new_store();
}

/* What opening says of each number, and of what is no number. */
static const struct {
	const char *name; /* in meta; NULL: by format_put() */
	uint32_t format;
	const char *says;
	int code;
} formats[] = {
	{ NULL, STORE_FORMAT + 1, "use a newer opinia", ERR_CONFIG },
	{ NULL, 4000000000U, "use a newer opinia", ERR_CONFIG },
	{ NULL, 0, "`opinia upgrade` brings it there", ERR_CONFIG },
	{ "layout", STORE_FORMAT, "damaged", ERR_INPUT }, /* without its sum */
	/* what stores from before the first release have */
	{ "format", 2, "before the first release", ERR_CONFIG },
	{ "format", 3, "before the first release", ERR_CONFIG },
	{ "format", 4, "before the first release", ERR_CONFIG },
	{ "nothing", 1, "not a store of opinia", ERR_CONFIG },
};

static void format_of(struct kit *k, size_t i)
{
	uint8_t value[4];
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	if (formats[i].name) {
		meta_drop(&t, "layout");
		le_set(value, formats[i].format, 4);
		meta_put(&t, formats[i].name, (struct sv){ (char *)value, 4 });
	} else
		format_put(&t, formats[i].format);
	cr_assert_eq(txn_commit(&t, &k->err), 0);
}

Test(store, what_is_no_store_is_told_from_a_newer_one_and_an_older_one)
{
	struct kit *k;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		k = kit_new();
		format_of(k, i);
		cr_expect_eq(kit_reopen(k), formats[i].code, "row %zu: %s", i,
			     k->err.text);
		cr_expect(strstr(k->err.text, formats[i].says), "row %zu: %s", i,
			  k->err.text);
		kit_free(k);
	}
	k = kit_new();
	opinia_store_close(k->store);
	k->store = NULL;
	k->opt.dir = k->root;
	cr_expect_eq(kit_open(k), ERR_MISSING);
	cr_expect(strstr(k->err.text, "no store in"), "%s", k->err.text);
	kit_free(k);
}

Test(store, another_key_is_refused_with_a_sentence)
{
	struct kit *k = kit_new();
	char other[128];

	snprintf(other, sizeof(other), "%s/other.key", k->root);
	cr_assert_eq(keyfile_make(other, &k->err), 0);
	k->opt.key_file = other;
	cr_expect_eq(kit_reopen(k), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "not the key of the store"), "%s", k->err.text);
	k->opt.without_key = true;
	cr_expect_eq(kit_open(k), ERR_CONFIG, "a wrong key is no missing key");
	kit_free(k);
}

Test(store, without_its_key_a_store_has_numbers_but_no_words)
{
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;
	struct opinia_stored s;
	char key[128];

	kit_feedback(k, "1", "a@x.ro", 0, 4, "cuvinte secrete", 0, 0)->agent = SV("Ana");
	cr_assert_eq(kit_land(k, NULL), 0);
	snprintf(key, sizeof(key), "%s.key", k->dir);
	cr_assert(!unlink(key));
	cr_expect_eq(kit_reopen(k), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "numbers but no words"), "%s", k->err.text);
	k->opt.without_key = true;
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	cr_expect(!opinia_store_has_key(k->store));
	cr_expect_eq(kit_totals(k).records[KIND_FEEDBACK], 1);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_fetch(snap, 1, &k->batch.arena, &s, &k->err), 0, "%s",
		     k->err.text);
	cr_expect(!s.readable && !s.record.comment.n && !s.record.customer.n);
	cr_expect(s.record.scores[0].value == 4 && sv_eq(s.record.agent, SV("Ana")));
	cr_expect(s.verdict.topic_count == 1 && s.customer == 1);
	opinia_snapshot_close(snap);
	kit_feedback(k, "2", NULL, 0, 4, NULL, 0, -1);
	cr_expect_eq(kit_land(k, NULL), ERR_CONFIG);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(store, a_store_opened_to_be_read_takes_nothing)
{
	struct kit *k = kit_new();

	kit_feedback(k, "1", NULL, 0, 4, NULL, 0, -1);
	cr_assert_eq(kit_land(k, NULL), 0);
	k->opt.read_only = true;
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect_eq(kit_totals(k).records[0], 1);
	kit_feedback(k, "2", NULL, 0, 4, NULL, 0, -1);
	cr_expect_eq(kit_land(k, NULL), ERR_CONFIG);
	kit_free(k);
}

Test(store, the_data_file_holds_no_word_no_address_and_no_id)
{
	static const char *const secret[] = {
		"dezamagitor", "DEZAMAGITOR", "ana.pop",    "0722123456", "40722123456",
		"ext-4711",    "TICKET-9",    "ascuns.csv", "intrebarea7"
	};
	struct kit *k = kit_new();
	char path[128], *bytes;
	struct record *r;
	size_t n;
	FILE *f;

	for (int round = 0; round < 3; round++) {
		r = kit_feedback(k, "ext-4711", "ana.pop@example.ro", round, 1 + round,
				 "foarte dezamagitor, sunati la 0722123456", 0, 0);
		r->interaction = SV("TICKET-9");
		r->origin = SV("ascuns.csv:3");
		r->scores[0].question = SV("intrebarea7");
		kit_feedback(k, "ext-4712", NULL, round, 1 + round, NULL, 0, -1)->origin =
			SV("ascuns.csv:4"); /* of the same file: a name */
		kit_person(k, "p", "ana.pop@example.ro", "0722123456", "ext-4711");
		cr_assert_eq(kit_land(k, NULL), 0);
	}
	snprintf(path, sizeof(path), "%s/data.mdb", k->dir);
	f = fopen(path, "rb");
	bytes = malloc(8 << 20);
	n = fread(bytes, 1, 8 << 20, f);
	fclose(f);
	cr_assert(n > 4096);
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		cr_expect_eq(sv_find((struct sv){ bytes, n }, sv_of(secret[i])), -1,
			     "\"%s\"", secret[i]);
	cr_expect_neq(sv_find((struct sv){ bytes, n }, SV("order.checkout")), -1,
		      "names are plain, so the search does find things");
	free(bytes);
	kit_free(k);
}
