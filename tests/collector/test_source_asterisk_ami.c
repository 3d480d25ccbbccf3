/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_asterisk_ami.c: against a peer that speaks as Asterisk does, and against peers that
 * do not; events alone, and events that have a log read.
 */
#include <sys/stat.h>

#include "collector/ami_link.h"
#include "tests/collector/ami_peer.h"
#include "tests/collector/phone_kit.h"

#define EVENT(score, id)                                                                 \
	"Event: UserEvent\r\nPrivilege: user,all\r\nTimestamp: 1795287605.123456\r\n"    \
	"Channel: PJSIP/trunk-0000002a\r\nCallerIDNum: 0721000111\r\nUniqueid: " id      \
	"\r\nLinkedid: " id "\r\nUserEvent: CSAT\r\nScore: " score                       \
	"\r\nQueue: suport\r\nLang: ro\r\nQuestion: q1\r\nAgent: Ștefan\r\n\r\n"

static void write_secret(const char *path, const char *secret)
{
	spill(path, sv_of(secret));
	cr_assert_eq(chmod(path, 0600), 0);
}

/* Pull until records came or it failed; at most some rounds of waiting. */
static int pull_some(struct kit *k, struct buf *told, size_t want, struct err *err)
{
	struct batch b;
	size_t all = 0;
	int rc = 0;

	batch_init(&b);
	for (int round = 0; !rc && all < want && round < 50; round++) {
		batch_reset(&b);
		rc = k->source->adapter->pull(k->source, buf_sv(&k->cursor), &b, err);
		for (size_t i = 0; i < b.count; i++)
			tell_record(told, &b.records[i]);
		all += b.count;
		if (b.cursor.n) {
			buf_clear(&k->cursor);
			buf_sv_put(&k->cursor, b.cursor);
		} else if (!rc && all < want) {
			k->source->adapter->wait(k->source, 100, err);
		}
	}
	batch_release(&b);
	return rc;
}

static const struct {
	const char *name;
	enum ami_manners manners;
	const char *secret, *says;
	size_t want;
	int rc;
	const char *error, *records;
} rows[] = {
	{ "an answer", AMI_GOOD, "s3cret\n", EVENT("4", "1795287512.41"), 2, 0, "",
	  "AT|feedback|phone|1795287512.41/CSAT/"
	  "q1|1795287512.41|0721000111|Ștefan|suport|ro|"
	  "csat=4/1..5|keys=4|@1795287605\n"
	  "AT|invitation|phone|1795287512.41/CSAT/"
	  "q1|1795287512.41|0721000111|Ștefan|suport|ro|"
	  "keys=4|outcome=answered|survey=CSAT|@1795287605\n" },
	{ "the same twice, other events, one without a call", AMI_NO_DIGEST, "s3cret\n",
	  EVENT("4", "1.1") EVENT(
		  "5",
		  "1.1") "Event: UserEvent\r\nUserEvent: Other\r\nUniqueid: 7\r\n\r\n"
			 "Event: UserEvent\r\nUserEvent: CSAT\r\nScore: 4\r\n\r\n"
			 "Event: UserEvent\r\nuserevent: CSAT\r\nuniqueid: 1.2\r\nno "
			 "colon\r\nScore:\r\n"
			 "Timestamp: 1795287700.9\r\nAgent: NONE\r\n\r\n",
	  3, 0, "",
	  "AT|feedback|phone|1.1/CSAT/q1|1.1|0721000111|Ștefan|suport|ro|csat=4/"
	  "1..5|keys=4|"
	  "@1795287605\n"
	  "AT|invitation|phone|1.1/CSAT/q1|1.1|0721000111|Ștefan|suport|ro|keys=4|"
	  "outcome=answered|survey=CSAT|@1795287605\n"
	  "AT|invitation|phone|1.2/CSAT|1.2|outcome=no_input|survey=CSAT|@1795287700\n" },
	{ "a wrong password", AMI_GOOD, "wrong\n", "", 1, ERR_CONFIG, "refused", "" },
	{ "something else listens", AMI_STRANGER, "s3cret\n", "", 1, ERR_UNAVAILABLE,
	  "no manager of Asterisk", "" },
	{ "mute", AMI_MUTE, "s3cret\n", "", 1, ERR_UNAVAILABLE, "no answer", "" },
	{ "cut before the login", AMI_CUT, "s3cret\n", "", 1, ERR_UNAVAILABLE,
	  "127.0.0.1", "" },
	{ "cut behind an answer", AMI_CUT_LATER, "s3cret\n", EVENT("2", "1.1"), 2, 0, "",
	  "AT|feedback|phone|1.1/CSAT/q1|1.1|0721000111|Ștefan|suport|ro|csat=2/"
	  "1..5|keys=2|"
	  "@1795287605\n"
	  "AT|invitation|phone|1.1/CSAT/q1|1.1|0721000111|Ștefan|suport|ro|keys=2|"
	  "outcome=answered|survey=CSAT|@1795287605\n" },
	{ "a message without end", AMI_ENDLESS, "s3cret\n", "", 1, ERR_UNAVAILABLE,
	  "far too long", "" },
};

/* The address is another each time. */
static void mask_address(struct buf *b)
{
	size_t to = 0;
	bool start = true;

	for (size_t i = 0; i < b->n; i++) {
		if (start) {
			b->p[to++] = 'A';
			b->p[to++] = 'T';
			while (i < b->n && b->p[i] != '|')
				i++;
		}
		start = b->p[i] == '\n';
		b->p[to++] = b->p[i];
	}
	b->n = to;
}

Test(asterisk_ami, a_peer_says_and_this_comes_of_it)
{
	struct place p = place_of("secret", SV("x"));

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ami_peer peer = { .manners = rows[i].manners,
					 .says = rows[i].says };
		struct err err = ERR_NONE;
		struct buf told;
		struct kit k;
		char said[300];
		int rc;

		buf_init(&told, 0);
		buf_str(&told, "");
		write_secret(p.path, rows[i].secret);
		ami_peer_start(&peer);
		snprintf(said, sizeof(said),
			 "address=127.0.0.1:%d;user=opinia;secret_file=%s;timeout=1s",
			 peer.port, p.path);
		cr_assert_eq(kit_open(&k, &adapter_asterisk_ami, said, TIME_NONE, &err),
			     0, "%s", err.text);
		rc = pull_some(&k, &told, rows[i].want, &err);
		mask_address(&told);
		cr_expect_eq(rc, rows[i].rc, "%s: %d %s", rows[i].name, rc, err.text);
		cr_expect(strstr(err.text, rows[i].error) != NULL, "%s: %s", rows[i].name,
			  err.text);
		cr_expect(!strstr(err.text, "s3cret") && !strstr(err.text, "wrong"));
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].records)), "%s:\n%s",
			  rows[i].name, told.p);
		kit_close(&k);
		ami_peer_stop(&peer);
		buf_release(&told);
	}
	place_clear(&p);
}

Test(asterisk_ami, what_comes_among_twenty_thousand_other_events_is_found)
{
	struct place p = place_of("secret", SV("x"));
	struct ami_peer peer = { .manners = AMI_GOOD };
	struct err err = ERR_NONE;
	struct buf told, flood;
	struct kit k;
	char said[300];

	buf_init(&told, 0);
	buf_init(&flood, 0);
	for (int i = 0; i < 20000; i++)
		buf_printf(&flood,
			   "Event: Newchannel\r\nUniqueid: %d.1\r\nState: 4\r\n\r\n", i);
	buf_str(&flood, EVENT("5", "9.9"));
	peer.says = flood.p;
	write_secret(p.path, "s3cret");
	ami_peer_start(&peer);
	snprintf(said, sizeof(said),
		 "address=127.0.0.1:%d;user=opinia;secret_file=%s;timeout=2s", peer.port,
		 p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_ami, said, TIME_NONE, &err), 0);
	cr_expect_eq(pull_some(&k, &told, 2, &err), 0, "%s", err.text);
	cr_expect(told.p && strstr(told.p, "9.9/CSAT/q1") != NULL);
	kit_close(&k);
	ami_peer_stop(&peer);
	buf_release(&told);
	buf_release(&flood);
	place_clear(&p);
}

/* Asterisk may be called again as often as it likes to be restarted, but not this one. */
Test(asterisk_ami, what_went_wrong_while_waiting_is_told_by_the_next_pull)
{
	struct place p = place_of("secret", SV("x"));
	struct ami_peer peer = { .manners = AMI_ENDLESS, .late_ms = 300 };
	struct err err = ERR_NONE;
	struct batch b;
	struct kit k;
	char said[300];

	batch_init(&b);
	write_secret(p.path, "s3cret\n");
	ami_peer_start(&peer);
	snprintf(said, sizeof(said),
		 "address=127.0.0.1:%d;user=opinia;secret_file=%s;timeout=5s", peer.port,
		 p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_ami, said, TIME_NONE, &err), 0);
	cr_expect_eq(k.source->adapter->pull(k.source, buf_sv(&k.cursor), &b, &err), 0,
		     "%s", err.text);
	cr_expect_eq(k.source->adapter->wait(k.source, 20000, &err), 0);
	cr_expect_eq(k.source->adapter->pull(k.source, buf_sv(&k.cursor), &b, &err),
		     ERR_UNAVAILABLE);
	cr_expect(strstr(err.text, "far too long") != NULL, "%s", err.text);
	cr_expect_eq(peer.logins, 1u, "told before it is called again");
	kit_close(&k);
	ami_peer_stop(&peer);
	batch_release(&b);
	place_clear(&p);
}

/* The log alone makes records: before the event nothing, after it what the log says, once. */
Test(asterisk_ami, an_event_has_the_log_read_and_makes_nothing_itself)
{
	struct place p = place_of("queue_log", SV("1795287605|1.1|s|A|CSAT|4|ro|q1\n"));
	struct ami_peer peer = { .manners = AMI_CUT_LATER, .says = EVENT("4", "1.1") };
	struct err err = ERR_NONE;
	struct buf told;
	struct kit k;
	char said[400], secret[200];

	buf_init(&told, 0);
	snprintf(secret, sizeof(secret), "%s/secret", p.dir);
	write_secret(secret, "s3cret");
	ami_peer_start(&peer);
	snprintf(
		said, sizeof(said),
		"address=127.0.0.1:%d;user=opinia;secret_file=%s;timeout=1s;queue_log=%s",
		peer.port, secret, p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_ami, said, TIME_NONE, &err), 0);
	cr_expect_eq(pull_some(&k, &told, 3, &err), 0, "%s", err.text);
	cr_expect_str_eq(
		told.p,
		"queue_log:1|feedback|phone|1.1/CSAT/q1|1.1|A|s|ro|csat=4/1..5|keys=4|"
		"@1795287605\n"
		"queue_log:1|invitation|phone|1.1/CSAT/"
		"q1|1.1|A|s|ro|keys=4|outcome=answered|"
		"survey=CSAT|@1795287605\n");
	cr_expect_gt(peer.logins, 1u, "it logs in again after a cut");
	kit_restart(&k);
	cr_expect_eq(pull_some(&k, &told, 1, &err), 0);
	cr_expect(strstr(strstr(told.p, "feedback") + 1, "feedback") == NULL);
	kit_close(&k);
	ami_peer_stop(&peer);

	/* Nobody listens: the log is read all the same, then it is said. */
	cr_assert_eq(kit_open(&k, &adapter_asterisk_ami, said, TIME_NONE, &err), 0);
	cr_expect_eq(pull_some(&k, &told, 3, &err), ERR_UNAVAILABLE);
	cr_expect(strstr(strstr(told.p, "feedback") + 1, "feedback") != NULL);
	kit_close(&k);
	cr_assert_eq(unlink(secret), 0);
	buf_release(&told);
	place_clear(&p);
}

Test(asterisk_ami, an_address_that_cannot_be_is_refused)
{
	static const struct {
		const char *address;
		int rc;
		const char *says;
	} wrong[] = {
		{ "203.0.113.7", ERR_CONFIG, "no private address" },
		{ "[2001:db8::7]:5038", ERR_CONFIG, "no private address" },
		{ "[::ffff:203.0.113.7]:5038", ERR_CONFIG, "no private address" },
		{ "127.0.0.1:99999", ERR_CONFIG, "no HOST:PORT" },
		{ "127.0.0.1:x", ERR_CONFIG, "no HOST:PORT" },
		{ ":5038", ERR_CONFIG, "no HOST:PORT" },
		{ "127.0.0.1:1", ERR_UNAVAILABLE, "127.0.0.1" },
	};

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct ami_options o = { .address = wrong[i].address,
					 .user = "u",
					 .secret = SV("s"),
					 .timeout_ms = 1000 };
		struct err err = ERR_NONE;
		struct ami *a;

		cr_expect_eq(ami_open(&a, &o, NULL, &err), wrong[i].rc, "%s: %s",
			     wrong[i].address, err.text);
		cr_expect(strstr(err.text, wrong[i].says) != NULL, "%s", err.text);
		cr_expect_null(a);
	}
}

Test(asterisk_ami, two_logs_at_once_are_refused)
{
	struct err err = ERR_NONE;
	struct kit k;

	cr_expect_eq(kit_open(&k, &adapter_asterisk_ami,
			      "user=u;secret_file=/x;queue_log=/a;cdr=/b", TIME_NONE,
			      &err),
		     ERR_CONFIG);
	cr_expect(strstr(err.text, "twice") != NULL, "%s", err.text);
	cr_expect_null(k.source);
	kit_close(&k);
}
