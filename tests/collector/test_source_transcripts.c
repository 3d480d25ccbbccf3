/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_transcripts.c: whose words are taken out of which format, and which call they join. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "collector/transcript.h"
#include "tests/collector/phone_kit.h"

static const struct {
	const char *name, *speakers, *file;
	const char *text; /* NULL: refused */
	uint64_t doubted, others;
} rows[] = {
	{ "Vosk, an utterance a document", "",
	  "{\"partial\":\"\"}\n{\"text\":\"bună "
	  "ziua\",\"result\":[{\"conf\":1.0,\"word\":\"bună\"}]}\n"
	  "{\"text\":\"\"}\n{ \"text\" : \"nu merge plata\" }",
	  "bună ziua nu merge plata", 0, 0 },
	{ "Vosk with alternatives", "",
	  "{\"alternatives\":[{\"text\":\"dzień "
	  "dobry\",\"confidence\":200.1},{\"text\":\"dzień\"}]}",
	  "dzień dobry", 0, 0 },
	{ "Whisper", "",
	  "{\"text\":\"ignored\",\"segments\":[{\"id\":0,\"text\":\" Nie "
	  "dzia\\u0142a\",\"tokens\":[1,2],"
	  "\"avg_logprob\":-0.2,\"compression_ratio\":1.1,\"no_speech_prob\":0.01},"
	  "{\"id\":1,\"text\":\" Napisy "
	  "stworzone\",\"avg_logprob\":-1.4,\"compression_ratio\":1.0,"
	  "\"no_speech_prob\":0.91},{\"id\":2,\"text\":\" mi się mi się mi się\","
	  "\"avg_logprob\":-2e-1,\"compression_ratio\":2.41,\"no_speech_prob\":1e-3},"
	  "{\"id\":3,\"text\":\" "
	  "logowanie.\",\"avg_logprob\":-1.4,\"no_speech_prob\":0.6}],"
	  "\"language\":\"pl\"}",
	  "Nie działa logowanie.", 2, 0 },
	{ "Whisper with speakers", "Client",
	  "{\"segments\":[{\"text\":\"Cu ce vă ajut?\",\"speaker\":\"Agent\"},"
	  "{\"text\":\"Nu merge.\",\"speaker\":\"client\"},{\"text\":\"Deloc.\"}]}",
	  "Nu merge. Deloc.", 0, 1 },
	{ "WebVTT with voices", "Klient|Customer",
	  "WEBVTT\n\nNOTE a --\nremark\n\n1\n00:01.000 --> 00:02.500 align:start\n<v "
	  "Agent>W czym "
	  "pomóc?\n\n00:03.000 --> 00:04.000\n<v.loud Klient>Paczka <i>nie</i> doszła "
	  "&amp; co "
	  "teraz?</v>\nDrugi wiersz\n",
	  "Paczka nie doszła & co teraz? Drugi wiersz", 0, 1 },
	{ "SRT with names", "Client",
	  "1\r\n00:00:01,000 --> 00:00:02,000\r\nAgent: Bună "
	  "ziua\r\n\r\n2\r\n00:00:03,000 --> "
	  "00:00:04,000\r\nClient: Am o problemă: nu merge\r\n\r\n3\r\n00:00:05,000 --> "
	  "00:00:06,000\r\nsite-ul\r\n",
	  "Am o problemă: nu merge site-ul", 0, 1 },
	{ "nothing was said", "", "WEBVTT\n\n", "", 0, 0 },
	{ "a mark in front", "", "\xef\xbb\xbf{\"text\":\"da\"}", "da", 0, 0 },
	{ "no transcript", "", "hello", NULL, 0, 0 },
	{ "a list", "", "[1,2]", NULL, 0, 0 },
	{ "half a document", "", "{\"text\":\"da\"}{\"text\":\"nu", NULL, 0, 0 },
	{ "empty", "", "", NULL, 0, 0 },
};

Test(transcripts, a_row_says_whose_words_are_taken)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct transcript t = { .doubted = 0 };
		struct err err = ERR_NONE;
		struct arena a;
		int rc;

		arena_init(&a, 0);
		buf_init(&t.text, 0);
		rc = transcript_read(sv_of(rows[i].file), sv_of(rows[i].speakers), &a, &t,
				     &err);
		cr_expect_eq(rc, rows[i].text ? 0 : ERR_INPUT, "%s: %s", rows[i].name,
			     err.text);
		if (rows[i].text)
			cr_expect(sv_eq(buf_sv(&t.text), sv_of(rows[i].text)), "%s: %s",
				  rows[i].name, t.text.p);
		cr_expect_eq(t.doubted, rows[i].doubted, "%s", rows[i].name);
		cr_expect_eq(t.others, rows[i].others, "%s", rows[i].name);
		buf_release(&t.text);
		arena_release(&a);
	}
}

static const struct {
	const char *file, *said, *records; /* NULL: the file is not seen; "": set aside */
} names[] = {
	{ "1795287512.41.json", "speaker=all",
	  "|feedback|phone|transcript:1795287512.41|1795287512.41|da|@1795287512\n" },
	{ "1795287512.41-in.json", "speaker=-in.json;system=pbx1;language=ro",
	  "|feedback|phone|transcript:pbx1-1795287512.41|pbx1-1795287512.41|da|ro|"
	  "@1795287512\n" },
	{ "1795287512.41-out.json", "speaker=-in.json", NULL },
	{ "q-800-0721-20261121-pbx1-1795287512.41-in.json",
	  "speaker=-in.json;name=*-pbx1-{uniqueid}",
	  "|feedback|phone|transcript:1795287512.41|1795287512.41|da|@1795287512\n" },
	{ "rec_1795287512.41_suport.json", "speaker=all;name=rec_{uniqueid}_*",
	  "|feedback|phone|transcript:1795287512.41|1795287512.41|da|@1795287512\n" },
	{ "call.json", "speaker=all;name=rec_{uniqueid}", "" },
	{ "rec.json", "speaker=all;name=*-{uniqueid}", "" },
	{ "notes.txt", "speaker=all", NULL },
};

Test(transcripts, a_name_says_which_call)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		struct place p = place_of(names[i].file, SV("{\"text\":\"da\"}"));
		struct timespec at[2] = { { 0, UTIME_OMIT }, { time(NULL) - 100, 0 } };
		struct err err = ERR_NONE;
		struct buf told, want;
		struct kit k;
		char said[300], other[300];
		int base = (int)strcspn(names[i].file, "j") - 1;

		/* The same in another format, without what is doubtful in it. */
		snprintf(other, sizeof(other), "%s/%.*s.vtt", p.dir, base, names[i].file);
		if (strstr(names[i].file, ".json"))
			spill(other, SV("WEBVTT\n\n00:00.000 --> 00:01.000\nda da da\n"));
		buf_init(&told, 0);
		buf_init(&want, 0);
		buf_str(&told, "");
		buf_str(&want, "");
		if (names[i].records && names[i].records[0])
			buf_printf(&want, "%s%s", names[i].file, names[i].records);
		cr_assert_eq(utimensat(AT_FDCWD, p.path, at, 0), 0);
		snprintf(said, sizeof(said), "path=%s;%s", p.dir, names[i].said);
		cr_assert_eq(kit_open(&k, &adapter_transcripts, said, TIME_NONE, &err), 0,
			     "%s", err.text);
		kit_pull(&k, &told);
		cr_expect_str_eq(told.p, want.p);
		cr_expect_eq(k.source->progress.rejected,
			     names[i].records && !names[i].records[0], "%s",
			     names[i].file);
		kit_restart(&k);
		cr_expect_eq(kit_pull(&k, &told), 0u, "%s: a second run", names[i].file);
		kit_close(&k);
		buf_release(&told);
		buf_release(&want);
		place_clear(&p);
	}
}

Test(transcripts, a_pattern_without_a_call_is_refused)
{
	struct err err = ERR_NONE;
	struct kit k;

	cr_expect_eq(kit_open(&k, &adapter_transcripts, "path=/x;speaker=all;name=rec",
			      TIME_NONE, &err),
		     ERR_CONFIG);
	cr_expect(strstr(err.text, "{uniqueid}") != NULL, "%s", err.text);
	kit_close(&k);
	cr_expect_eq(kit_open(&k, &adapter_transcripts, "path=/x", TIME_NONE, &err),
		     ERR_CONFIG, "whose words must be said");
	kit_close(&k);
}
