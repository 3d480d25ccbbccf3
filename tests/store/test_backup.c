/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_backup.c: the drill: a backup while others write, restored in an empty place, gives the same
 * answers, minus whoever was erased since; and nothing that is damaged is taken for one.
 */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "store/crypto.h"
#include "store/customers.h"
#include "store/inside.h"
#include "store/meta.h"
#include "tests/store/crash.h"
#include "tests/store/kit.h"

enum { ROWS = 300 };

struct drill {
	struct kit *k;
	char file[128], place[128], key[128];
	struct opinia_backup out;
};

static struct drill *drill_new(void)
{
	struct drill *d = calloc(1, sizeof(*d));
	struct kit *k = d->k = kit_new();

	cr_assert(k != NULL);
	snprintf(d->file, sizeof(d->file), "%s/b.backup", k->root);
	snprintf(d->place, sizeof(d->place), "%s/restored", k->root);
	snprintf(d->key, sizeof(d->key), "%s.key", k->dir);
	kit_rows(k, "r", 0, ROWS);
	kit_person(k, "p", "c1@example.com", "0722123456", NULL);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	kit_rows(k, "r", 0, 10);
	k->batch.records[3].comment = SV("alte cuvinte");
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	return d;
}

static void drill_free(struct drill *d)
{
	kit_free(d->k);
	free(d);
}

static int back_up(struct drill *d, const char *passphrase)
{
	return opinia_store_backup(d->k->store, d->file, passphrase, kit_tell, NULL,
				   &d->out, &d->k->err);
}

static int restore(struct drill *d, const char *key, const char *list,
		   const char *passphrase)
{
	const struct opinia_audit why = { .action = SV_INIT("restore") };
	struct opinia_store_options opt = d->k->opt;

	opt.dir = d->place;
	opt.key_file = key;
	opt.erased_file = list;
	return opinia_store_restore(&opt, d->file, passphrase, kit_tell, NULL, &why,
				    &d->out, &d->k->err);
}

/* Everything that one record says, in one number; 0: it cannot be read. */
static uint64_t answer(struct opinia_snapshot *snap, uint32_t id, struct arena *a)
{
	struct opinia_stored s;
	struct err err = ERR_NONE;
	struct buf b;
	uint64_t h;

	arena_reset(a);
	if (opinia_fetch(snap, id, a, &s, &err) || !s.readable)
		return 0;
	buf_init(&b, 0);
	buf_printf(&b, SV_FMT "|" SV_FMT "|" SV_FMT "|%u|%d|%d|%u|%lld",
		   SV_ARG(s.record.comment), SV_ARG(s.record.external_id),
		   SV_ARG(s.record.customer), s.revision, s.record.scores[0].value,
		   s.verdict.sentiment, s.customer, (long long)s.record.answered_at);
	h = digest_u64((const uint8_t[KEY_BYTES]){ 1 }, buf_sv(&b));
	buf_release(&b);
	return h;
}

static uint64_t *answers(struct kit *k, uint32_t count)
{
	uint64_t *out = calloc(count + 1, sizeof(*out));
	struct opinia_snapshot *snap;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0, "%s",
		     k->err.text);
	for (uint32_t id = 1; id <= count; id++)
		out[id] = answer(snap, id, &k->batch.arena);
	opinia_snapshot_close(snap);
	return out;
}

static void go_to(struct drill *d, const char *list)
{
	opinia_store_close(d->k->store);
	d->k->store = NULL;
	d->k->opt.dir = d->place;
	d->k->opt.key_file = d->key;
	d->k->opt.erased_file = list;
	cr_assert_eq(kit_open(d->k), 0, "%s", d->k->err.text);
}

/* In a child: land without end. */
static pid_t somebody_writes(const struct kit *k)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	struct kit mine = { .store = NULL };

	memcpy(mine.dir, k->dir, sizeof(mine.dir));
	kit_options(&mine);
	batch_init(&mine.batch);
	if (kit_open(&mine))
		_exit(3);
	for (int i = 0;; i++) {
		kit_rows(&mine, "w", i * 50, 50);
		if (kit_land(&mine, NULL))
			_exit(4);
	}
}

Test(backup, while_others_write_and_somebody_is_erased_later, .timeout = 120)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	struct opinia_erasure gone;
	uint64_t *before = answers(k, ROWS + 1), *after;
	uint64_t entries;
	struct opinia_snapshot *snap;
	char list[128];
	pid_t pid = somebody_writes(k);
	int status, hers = 0;

	usleep(200000);
	cr_expect_eq(back_up(d, NULL), 0, "%s", k->err.text);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	cr_assert(WIFSIGNALED(status), "the writer was still at it");
	cr_expect(d->out.documents > ROWS + 1, "%d documents", (int)d->out.documents);
	cr_expect_eq(back_up(d, NULL), ERR_SYSTEM, "never over one that is there");

	cr_assert_eq(opinia_erase_customer(k->store, 2, false, NULL, &gone, &k->err), 0,
		     "%s", k->err.text);
	snprintf(list, sizeof(list), "%s.erased", k->dir);
	cr_assert_eq(restore(d, d->key, list, NULL), 0, "%s", k->err.text);
	cr_expect(d->out.has_key && d->out.list_found);
	cr_expect_eq(restore(d, d->key, list, NULL), ERR_CONFIG, "to a new place only");
	go_to(d, list);
	after = answers(k, ROWS + 1);
	for (uint32_t id = 1; id <= ROWS + 1; id++) {
		hers += !after[id];
		cr_expect(!after[id] || after[id] == before[id], "record %u", id);
	}
	cr_expect(hers > 20 && hers < 60, "%d records of theirs", hers);
	cr_expect_eq(kit_check(k), 0);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_expect_eq(opinia_audit_read(snap, NULL, NULL, &entries, &k->err), 0);
	cr_expect_eq(entries, 1, "that it was restored");
	opinia_snapshot_close(snap);
	kit_rows(k, "new", 0, 20);
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	free(before);
	free(after);
	drill_free(d);
}

Test(backup, without_the_list_who_is_out_of_the_key_file_is_erased_too)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	struct opinia_erasure gone;
	uint64_t *before, *after;
	uint32_t nobodys = ROWS + 2;
	char none[128];
	int hers = 0;

	batch_reset(&k->batch);
	kit_feedback(k, "nobody", NULL, 1, 3, "al nimanui", 1, 0);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	before = answers(k, nobodys);
	snprintf(none, sizeof(none), "%s/no.erased", k->root);
	cr_assert_eq(back_up(d, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_erase_customer(k->store, 2, false, NULL, &gone, &k->err), 0,
		     "%s", k->err.text);
	cr_assert_eq(opinia_erase_record(k->store, nobodys, false, NULL, &gone, &k->err),
		     0, "%s", k->err.text);
	cr_assert_eq(restore(d, d->key, none, NULL), 0, "%s", k->err.text);
	cr_expect(d->out.has_key && !d->out.list_found);
	go_to(d, none);
	after = answers(k, nobodys);
	for (uint32_t id = 1; id <= nobodys; id++) {
		hers += !after[id];
		cr_expect(!after[id] || after[id] == before[id], "record %u", id);
	}
	cr_expect(!after[nobodys], "who names no customer is erased alone");
	cr_expect(hers > 20 && hers < 60, "%d records of theirs", hers);
	cr_expect_eq(kit_check(k), 0);
	free(before);
	free(after);
	drill_free(d);
}

/* Somebody of the name @who, alone in a batch, so that the numbers are in the order of the calls. */
static void meet(struct kit *k, const char *who)
{
	kit_feedback(k, who, who, 1, 3, "un om nou", 1, 0);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
}

Test(backup, a_key_file_that_others_live_by_is_left_as_it_is)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	char first[sizeof(d->file)], place[sizeof(d->place)], list[128];
	struct opinia_erasure gone;
	struct opinia_snapshot *snap;
	uint32_t x;

	/* two lives after one backup: a number that is x in one is y in the other */
	cr_assert_eq(back_up(d, NULL), 0, "%s", k->err.text);
	memcpy(first, d->file, sizeof(first));
	memcpy(place, d->place, sizeof(place));
	meet(k, "x@example.com");
	snprintf(d->file, sizeof(d->file), "%s/second.backup", k->root);
	cr_assert_eq(back_up(d, NULL), 0, "%s", k->err.text);
	opinia_store_close(k->store);
	k->store = NULL;
	kit_remove(k->dir);
	snprintf(d->file, sizeof(d->file), "%s", first);
	snprintf(d->place, sizeof(d->place), "%s", k->dir);
	cr_assert_eq(restore(d, NULL, NULL, NULL), 0, "%s", k->err.text);
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	meet(k, "y@example.com");
	meet(k, "x@example.com");
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_subject_find(snap, SV("x@example.com"), &x, &k->err), 0);
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_erase_customer(k->store, x, false, NULL, &gone, &k->err), 0);

	/* the list names x, and by the second backup that is the number of y */
	snprintf(d->file, sizeof(d->file), "%s/second.backup", k->root);
	memcpy(d->place, place, sizeof(place));
	snprintf(list, sizeof(list), "%s.erased", k->dir);
	cr_assert_eq(restore(d, d->key, list, NULL), 0, "%s", k->err.text);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0, "y can be read");
	drill_free(d);
}

/* Somebody named and somebody not, who are the first to land after the backup; their numbers. */
static void first_two(struct kit *k, const char *who, uint32_t *number, uint32_t *id)
{
	struct opinia_snapshot *snap;
	struct opinia_totals totals;

	char unnamed[] = { 'n', who[0], 0 };

	meet(k, who);
	kit_feedback(k, unnamed, NULL, 1, 3, "al nimanui", 1, 0);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_subject_find(snap, sv_of(who), number, &k->err), 0);
	cr_assert_eq(opinia_snapshot_totals(snap, &k->batch.arena, &totals, &k->err), 0);
	*id = 0;
	for (int i = 0; i < KIND_COUNT; i++)
		*id += (uint32_t)totals.records[i];
	opinia_snapshot_close(snap);
}

static void erase_both(struct kit *k, uint32_t number, uint32_t id)
{
	struct opinia_erasure gone;

	cr_assert_eq(opinia_erase_customer(k->store, number, false, NULL, &gone, &k->err),
		     0, "%s", k->err.text);
	cr_assert_eq(opinia_erase_record(k->store, id, false, NULL, &gone, &k->err), 0,
		     "%s", k->err.text);
}

Test(backup, who_is_erased_in_a_later_life_takes_nobody_of_an_earlier_one_along)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	char first[sizeof(d->file)], place[sizeof(d->place)], list[128];
	uint32_t x, x_id, y, y_id;
	uint64_t *before, *after;

	cr_assert_eq(back_up(d, NULL), 0, "%s", k->err.text);
	memcpy(first, d->file, sizeof(first));
	memcpy(place, d->place, sizeof(place));
	first_two(k, "x@example.com", &x, &x_id);
	before = answers(k, x_id);
	snprintf(d->file, sizeof(d->file), "%s/second.backup", k->root);
	cr_assert_eq(back_up(d, NULL), 0, "%s", k->err.text);

	/* the first backup in the old place: the same numbers are somebody else's */
	opinia_store_close(k->store);
	k->store = NULL;
	kit_remove(k->dir);
	memcpy(d->file, first, sizeof(first));
	snprintf(d->place, sizeof(d->place), "%s", k->dir);
	cr_assert_eq(restore(d, NULL, NULL, NULL), 0, "%s", k->err.text);
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	first_two(k, "y@example.com", &y, &y_id);
	cr_assert(x == y && x_id == y_id);
	erase_both(k, y, y_id);
	cr_expect_eq(kit_check(k), 0);
	first_two(k, "z@example.com", &y, &y_id);
	cr_assert_eq(opinia_store_rotate(k->store, NULL, true, NULL, &k->err), 0, "%s",
		     k->err.text);
	cr_expect_eq(kit_check(k), 0);

	/* the second: x is still there, with list and key file of now */
	snprintf(d->file, sizeof(d->file), "%s/second.backup", k->root);
	memcpy(d->place, place, sizeof(place));
	snprintf(list, sizeof(list), "%s.erased", k->dir);
	snprintf(d->key, sizeof(d->key), "%s.key.old", k->dir);
	cr_assert_eq(restore(d, d->key, list, NULL), 0, "%s", k->err.text);
	go_to(d, list);
	after = answers(k, x_id);
	for (uint32_t id = 1; id <= x_id; id++)
		cr_expect(before[id] && after[id] == before[id], "record %u", id);
	cr_expect_eq(kit_check(k), 0);
	free(before);
	free(after);
	drill_free(d);
}

/* Each a store that the last one was restored to, and grew to so many. */
Test(backup, new_keys_lie_behind_all_that_a_restored_store_has)
{
	static const uint32_t grown[] = { 1, 1000, 400000000, 1200000000 };

	for (unsigned i = 0; i < 4 * 2000; i++) {
		struct state s = { .next_id = grown[i % 4], .next_customer = 1 + i };
		uint32_t next = s.next_id > 1 + i ? s.next_id : 1 + i, shift = 0;

		for (uint64_t end = next; end <= UINT32_MAX;
		     end = (uint64_t)shift + next) {
			uint32_t drawn = shift_draw(&s, shift);

			cr_assert_geq(drawn, end, "%u is of a key before %u", drawn,
				      next);
			if ((uint64_t)drawn + next > UINT32_MAX)
				break;
			shift = drawn;
		}
	}
}

Test(backup, nothing_of_the_store_can_be_read_in_the_file)
{
	struct drill *d = drill_new();
	char *bytes = malloc(8 << 20);
	size_t n;
	FILE *f;

	cr_assert_eq(back_up(d, NULL), 0, "%s", d->k->err.text);
	f = fopen(d->file, "rb");
	n = fread(bytes, 1, 8 << 20, f);
	fclose(f);
	cr_assert(n > 4096);
	cr_expect(sv_find((struct sv){ bytes, n }, SV("order.checkout")) < 0,
		  "names are plain in a data file, and not here");
	cr_expect(sv_find((struct sv){ bytes, n }, SV("files")) < 0);
	free(bytes);
	drill_free(d);
}

Test(backup, with_a_passphrase_and_without_the_key_there_are_numbers)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	char pass[128], no_key[128];
	int fd;

	snprintf(pass, sizeof(pass), "%s/pass", k->root);
	snprintf(no_key, sizeof(no_key), "%s/no.key", k->root);
	fd = open(pass, O_WRONLY | O_CREAT, 0644);
	cr_assert(write(fd, "patru cai verzi\n", 16) == 16);
	cr_expect_eq(back_up(d, pass), ERR_CONFIG, "others can read it");
	fchmod(fd, 0600);
	cr_assert_eq(back_up(d, pass), 0, "%s", k->err.text);
	cr_expect_eq(restore(d, no_key, NULL, NULL), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "--passphrase-file"), "%s", k->err.text);
	cr_assert_eq(restore(d, no_key, NULL, pass), 0, "%s", k->err.text);
	cr_expect(!d->out.has_key && d->out.documents == ROWS + 1);
	cr_expect(pwrite(fd, "P", 1, 0) == 1);
	close(fd);
	kit_remove(d->place);
	cr_expect_eq(restore(d, no_key, NULL, pass), ERR_CONFIG, "another passphrase");
	cr_expect(access(d->place, F_OK), "nothing is left of it");
	drill_free(d);
}

/* Change the file at @at (or cut it there); what restoring it says. */
static int damaged(struct drill *d, long at, bool cut)
{
	char copy[160], was;
	FILE *f;
	int rc;

	snprintf(copy, sizeof(copy), "%s.was", d->file);
	f = fopen(d->file, "r+b");
	cr_assert(f && !fseek(f, at, SEEK_SET) && fread(&was, 1, 1, f) == 1);
	if (cut) {
		fclose(f);
		cr_assert(!truncate(d->file, at));
	} else {
		fseek(f, at, SEEK_SET);
		fputc(was ^ 1, f);
		fclose(f);
	}
	rc = restore(d, d->key, NULL, NULL);
	cr_expect(access(d->place, F_OK), "nothing is put in its place");
	if (!cut) {
		f = fopen(d->file, "r+b");
		fseek(f, at, SEEK_SET);
		fputc(was, f);
		fclose(f);
	}
	return rc;
}

Test(backup, what_is_damaged_cut_off_or_another_s_is_refused)
{
	struct drill *d = drill_new();
	char other[128];
	struct stat st;

	cr_assert_eq(back_up(d, NULL), 0, "%s", d->k->err.text);
	stat(d->file, &st);
	for (long at = 0; at < st.st_size; at += at < 100 ? 1 : st.st_size / 23)
		cr_expect(damaged(d, at, false) != 0, "byte %ld", at);
	snprintf(other, sizeof(other), "%s/other.key", d->k->root);
	cr_assert_eq(keyfile_make(other, &d->k->err), 0);
	cr_expect_eq(restore(d, other, NULL, NULL), ERR_CONFIG);
	unlink(other);
	cr_expect_eq(restore(d, other, NULL, NULL), ERR_CONFIG);
	cr_expect(strstr(d->k->err.text, "--key"), "%s", d->k->err.text);
	cr_assert_eq(restore(d, d->key, NULL, NULL), 0, "as it was it opens: %s",
		     d->k->err.text);
	kit_remove(d->place);
	for (long at = st.st_size - 1; at > 0; at -= st.st_size / 11)
		cr_expect(damaged(d, at, true) != 0, "cut at %ld", at);
	drill_free(d);
}

Test(backup, of_a_store_that_is_not_sound_there_is_none)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	txn_put(&t, DB_GONE, SV("twelve bytes"), SV("????"));
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	cr_expect_eq(opinia_store_backup(k->store, d->file, NULL, kit_hush, NULL, &d->out,
					 &k->err),
		     ERR_NOTHING);
	cr_expect(access(d->file, F_OK));
	drill_free(d);
}

static int restore_child(void *self)
{
	struct drill *d = self;

	return restore(d, d->key, NULL, NULL);
}

static int backup_child(void *self)
{
	struct drill *d = self;
	int rc = kit_open(d->k);

	return rc ? rc : back_up(d, NULL);
}

Test(backup, a_stop_at_any_step_leaves_all_or_nothing, .timeout = 120)
{
	struct drill *d = drill_new();
	struct kit *k = d->k;
	int ended = 1, n;

	opinia_store_close(k->store);
	k->store = NULL;
	for (n = 1; n < 60 && ended; n++) {
		ended = crash_run(n, backup_child, d);
		cr_assert(ended >= 0, "the backup fails at %d", n);
		cr_expect(ended || !access(d->file, F_OK));
		if (!ended || access(d->file, F_OK))
			continue;
		cr_assert_eq(restore(d, d->key, NULL, NULL), 0, "what is there opens: %s",
			     k->err.text);
		kit_remove(d->place);
		unlink(d->file);
	}
	cr_expect(n > 5 && !ended, "%d steps", n);
	for (n = 1, ended = 1; n < 60 && ended; n++) {
		ended = crash_run(n, restore_child, d);
		cr_assert(ended >= 0, "restoring fails at %d", n);
		if (access(d->place, F_OK))
			continue;
		cr_expect_eq(restore(d, d->key, NULL, NULL), ERR_CONFIG);
		go_to(d, NULL);
		cr_expect_eq(kit_check(k), 0, "stopped at %d", n);
		opinia_store_close(k->store);
		k->store = NULL;
		kit_remove(d->place);
	}
	cr_expect(n > 5 && !ended, "%d steps", n);
	drill_free(d);
}
