/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pages.c: a data file of which any bit was turned, or of which a part is missing: it is refused,
 * or the check says so, or nothing that anybody can ask has changed. Never a crash.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "store/pages.h"
#include "tests/store/answers.h"
#include "tests/store/kit.h"

#if defined(__SANITIZE_ADDRESS__)
enum { FLIPS = 100 };
#else
enum { FLIPS = 1000 };
#endif

/* All kinds of records, revisions, somebody erased, some read again. */
static void fill(struct kit *k)
{
	char id[32], who[32];

	for (int i = 0; i < 260; i++) {
		struct record *r;

		snprintf(id, sizeof(id), "ext-%d", i % 230);
		snprintf(who, sizeof(who), "c%d@example.pl", i % 9);
		r = kit_feedback(k, id, i % 3 ? who : NULL, i % 80, 1 + i % 5,
				 i % 4 ? "nu merge plata cu cardul" : NULL, i % 4, i % 3);
		r->agent = i % 2 ? SV("Ioana") : SV("Zofia");
		r->attr_count = 1;
		r->attrs[0] = (struct attr){ SV_INIT("bloc"),
					     i % 9 == 4 ? SV("Scara") : SV("alta") };
		if (i % 130 == 129)
			cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	}
	for (int i = 0; i < 40; i++) {
		struct record *r =
			batch_add(&k->batch, i % 2 ? KIND_INTERACTION : KIND_ACTIVITY);

		snprintf(id, sizeof(id), "call-%d", i);
		r->source = SV("files");
		r->external_id = kit_sv(k, id);
		r->occurred_at = KIT_DAY0 + i * (int64_t)MS_DAY;
		r->customer = SV("c2@example.pl");
		if (i % 2 == 0)
			r->activity = SV("login");
		kit_plain(k);
	}
	kit_person(k, "tie", "c1@example.pl", "0722123456", "CRM-1");
	k->batch.source = SV("files");
	k->batch.cursor = SV("UID 1");
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
}

static void erase_and_read_again(struct kit *k)
{
	struct opinia_audit why = { .who = SV("test"), .action = SV("erase") };
	struct opinia_erasure gone;
	struct opinia_stored docs[60];
	struct verdict v[60];
	struct opinia_prepared *p;
	struct opinia_snapshot *snap;
	struct opinia_landing landed;
	size_t n = 0;
	uint32_t who;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_subject_find(snap, SV("c4@example.pl"), &who, &k->err), 0);
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_erase_customer(k->store, who, false, &why, &gone, &k->err), 0,
		     "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (uint32_t id = 1; id <= 60; id++) {
		cr_assert_eq(opinia_fetch(snap, id, &k->batch.arena, &docs[n], &k->err),
			     0);
		if (!docs[n].readable)
			continue;
		v[n++] = (struct verdict){ .analyzed = true,
					   .language = 2,
					   .sentiment = SENTIMENT_POS };
	}
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_store_prepare_again(k->store, docs, n, v, SV("lex-2"), &p,
						&k->err),
		     0, "%s", k->err.text);
	cr_assert_eq(opinia_store_land(k->store, p, &landed, &k->err), 0);
	cr_assert_eq(landed.revised, n);
	opinia_prepared_free(p);
	batch_reset(&k->batch);
}

static struct kit *filled(uint64_t *answers, char path[128])
{
	struct kit *k = kit_new();
	bool done;

	fill(k);
	erase_and_read_again(k);
	/* no free pages: nobody would look at them */
	cr_assert_eq(opinia_store_compact(k->store, &done, &k->err), 0, "%s",
		     k->err.text);
	cr_assert(done);
	cr_assert_eq(kit_check(k), 0);
	cr_assert_eq(answers_of(k->store, answers, &k->err), 0, "%s", k->err.text);
	opinia_store_close(k->store);
	k->store = NULL;
	k->opt.read_only = k->opt.careful = true;
	snprintf(path, 128, "%s/data.mdb", k->dir);
	return k;
}

enum outcome { SAME, NOTICED, WRONG, CRASHED };

/* What a person would do: open it, check it, ask. */
static enum outcome look(struct kit *k, uint64_t answers)
{
	struct opinia_check check;
	enum outcome seen = NOTICED;
	uint64_t now = 0;

	if (kit_open(k))
		return k->err.text[0] ? NOTICED : WRONG;
	if (!opinia_store_check(k->store, kit_hush, NULL, &check, &k->err))
		seen = answers_of(k->store, &now, &k->err) || now != answers ? WRONG
									     : SAME;
	opinia_store_close(k->store);
	k->store = NULL;
	return seen;
}

static enum outcome look_in_a_child(struct kit *k, uint64_t answers)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		alarm(60);
		_exit((int)look(k, answers));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) <= WRONG ? WEXITSTATUS(status)
								 : CRASHED;
}

static void flip(int fd, size_t bit)
{
	unsigned char c = 0;

	cr_assert_eq(pread(fd, &c, 1, (off_t)(bit / 8)), 1);
	c = (unsigned char)(c ^ 1u << bit % 8);
	cr_assert_eq(pwrite(fd, &c, 1, (off_t)(bit / 8)), 1);
}

/*
 * A bit of any page, large or nearly empty, where LMDB (0.9) keeps something: the header and the
 * places of nodes before `lower`, the nodes from `upper` on; a page of other kinds is all in use.
 */
static size_t some_bit(int fd, uint32_t pages, struct kit_random *rnd)
{
	enum { PAGE = 4096, HEAD = 16, BRANCH_OR_LEAF = 3 };
	uint32_t page = kit_below(rnd, pages), at, used = PAGE;
	uint16_t head[HEAD / 2], lower, upper;

	cr_assert_eq(pread(fd, head, HEAD, (off_t)page * PAGE), HEAD);
	lower = head[6];
	upper = head[7];
	if (head[5] & BRANCH_OR_LEAF && lower <= upper && upper <= PAGE)
		used = (uint32_t)(PAGE - (upper - lower));
	at = kit_below(rnd, used);
	if (used < PAGE && at >= lower)
		at += (uint32_t)(upper - lower);
	return ((size_t)page * PAGE + at) * 8 + kit_below(rnd, 8);
}

/* OPINIA_FLIPS=all: each bit of the file; N: so many by chance. */
Test(pages, a_turned_bit_is_noticed_or_changes_nothing, .timeout = 86400)
{
	const char *given = getenv("OPINIA_FLIPS"), *seed = getenv("OPINIA_SEED");
	struct kit_random rnd = { seed ? strtoull(seed, NULL, 10) : 20261122 };
	uint64_t answers, seen[4] = { 0 };
	char path[128];
	struct kit *k = filled(&answers, path);
	struct stat st;
	bool all = given && !strcmp(given, "all");
	size_t bits, n;
	int fd = open(path, O_RDWR);

	cr_assert(fd >= 0 && !fstat(fd, &st));
	bits = (size_t)st.st_size * 8;
	n = all ? bits : given ? strtoull(given, NULL, 10) : FLIPS;
	fprintf(stderr, "pages: OPINIA_SEED=%llu\n", (unsigned long long)rnd.state);
	cr_assert_eq(look_in_a_child(k, answers), SAME);
	for (size_t i = 0; i < n; i++) {
		size_t bit = all ? i : some_bit(fd, (uint32_t)(bits / 8 / 4096), &rnd);
		enum outcome o;

		flip(fd, bit);
		o = look_in_a_child(k, answers);
		seen[o]++;
		cr_expect(o < WRONG, "page %zu, byte %zu, bit %zu: %s", bit / 8 / 4096,
			  bit / 8 % 4096, bit % 8,
			  o == WRONG ? "other answers" : "a crash");
		flip(fd, bit);
	}
	fprintf(stderr, "pages: %zu bits: %llu noticed, %llu without any effect\n", n,
		(unsigned long long)seen[NOTICED], (unsigned long long)seen[SAME]);
	cr_expect(seen[NOTICED] > n / 5);
	cr_assert_eq(look_in_a_child(k, answers), SAME, "all is as it was");
	close(fd);
	kit_free(k);
}

Test(pages, a_file_that_was_cut_off_is_refused_with_a_sentence, .timeout = 600)
{
	uint64_t answers, refused = 0;
	char path[128];
	struct kit *k = filled(&answers, path);
	struct kit_random rnd = { 7 };
	struct stat st;
	char *bytes;
	int fd = open(path, O_RDWR);

	cr_assert(fd >= 0 && !fstat(fd, &st));
	bytes = malloc((size_t)st.st_size);
	cr_assert_eq(pread(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	for (int i = 0; i < 200; i++) {
		off_t left = i < 20 ? (off_t)i * 517
				    : (off_t)kit_below(&rnd, (uint32_t)st.st_size);
		enum outcome o;

		cr_assert_eq(ftruncate(fd, left), 0);
		k->opt.careful =
			i % 2; /* a program that only opens it does not crash either */
		k->opt.read_only = i % 4 < 2;
		o = look_in_a_child(k, answers);
		cr_expect(o < WRONG, "cut at %lld: %s", (long long)left,
			  o == WRONG ? "other answers" : "a crash");
		refused += o == NOTICED;
		cr_assert_eq(pwrite(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	}
	cr_expect(refused > 150, "%llu", (unsigned long long)refused);
	free(bytes);
	close(fd);
	kit_free(k);
}

Test(pages, a_sound_file_is_taken_for_one_while_others_write, .timeout = 120)
{
	struct kit *k = kit_new();
	char path[128];
	int status, rc = 0;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/data.mdb", k->dir);
	kit_rows(k, "a", 0, 900);
	cr_assert_eq(kit_land(k, NULL), 0);
	opinia_store_close(k->store);
	k->store = NULL;
	pid = fork();
	if (!pid) {
		if (kit_open(k))
			_exit(3);
		for (int i = 0; i < 150; i++) {
			kit_rows(k, "b", i * 10, 40);
			if (kit_land(k, NULL))
				_exit(4);
		}
		_exit(0);
	}
	while (!waitpid(pid, &status, WNOHANG)) {
		rc = pages_verify(path, true, &k->err);
		cr_assert_eq(rc, 0, "%s", k->err.text);
	}
	cr_expect(WIFEXITED(status) && !WEXITSTATUS(status));
	cr_expect_eq(pages_verify(path, true, &k->err), 0, "%s", k->err.text);
	kit_free(k);
}
