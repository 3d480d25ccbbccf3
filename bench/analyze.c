/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analyze.c: whole verdicts from text in memory to JSON bytes in memory, on one thread and on two,
 * beside Hyperscan that only finds the same words. Rounds of all engines are interleaved, and
 * time is that of the thread on its core, so that neighbours who want it too count less.
 *
 *	analyze --lexicon FILE --text FILE --folder FOLDER [--overlay FOLDER] [--name TEXT]
 *	        [--rounds N] [--limit COMMENTS] [--target RATIO]
 *	analyze --once N …   analyzes N comments and nothing else, for counting instructions
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/analyze_hs.h"

enum { OUT_BYTES = 64 << 10 };

struct work {
	const struct opinia_analyzer *a;
	const struct sv *lines;
	size_t count;
	bool json;
	uint64_t evidence, topics, pii, out_bytes;
	double worked; /* seconds of its thread */
};

static void analyze_line(struct work *w, struct opinia_scratch *s, struct arena *arena,
			 struct buf *out, size_t i)
{
	struct err err = ERR_NONE;
	struct verdict v;

	arena_reset(arena);
	must(opinia_analyze(w->a, s, w->lines[i], (struct sv){ NULL, 0 }, arena, &v,
			    &err),
	     &err);
	w->evidence += v.evidence_count;
	w->topics += v.topic_count;
	w->pii += v.pii_count;
	if (!w->json)
		return;
	opinia_verdict_json(w->a, &v, SV("1"), out);
	buf_char(out, '\n');
	if (out->n > OUT_BYTES) {
		w->out_bytes += out->n;
		buf_clear(out);
	}
}

static void *analyze_part(void *arg)
{
	struct work *w = arg;
	struct opinia_scratch *s = opinia_scratch_new(w->a);
	struct arena arena;
	struct buf out;

	if (!s)
		die("out of memory");
	w->worked = seconds_worked();
	arena_init(&arena, 0);
	buf_init(&out, 0);
	for (size_t i = 0; i < w->count; i++)
		analyze_line(w, s, &arena, &out, i);
	w->out_bytes += out.n;
	buf_release(&out);
	arena_release(&arena);
	opinia_scratch_free(s);
	w->worked = seconds_worked() - w->worked;
	return NULL;
}

/* Seconds until all lines are done: of work, of the thread that had most. */
static double analyze_on(const struct work *all, unsigned threads, struct rounds *wall)
{
	struct work part[2] = { *all, *all };
	double began = seconds_now();
	pthread_t second;

	part[1].worked = 0;
	if (threads == 2) {
		part[0].count = all->count / 2;
		part[1].lines += part[0].count;
		part[1].count -= part[0].count;
		if (pthread_create(&second, NULL, analyze_part, &part[1]))
			die("no thread");
	}
	analyze_part(&part[0]);
	if (threads == 2)
		pthread_join(second, NULL);
	if (wall)
		rounds_add(wall, seconds_now() - began);
	return part[0].worked > part[1].worked ? part[0].worked : part[1].worked;
}

static size_t bytes_of(const struct sv *lines, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += lines[i].n + 1;
	return n;
}

struct results {
	struct rounds verdict, json, two, two_wall, each, blocks;
	uint64_t matches;
};

static void run_rounds(struct results *r, struct work *w, struct hyper *h, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		double t;

		run_on_one_core();
		w->json = false;
		rounds_add(&r->verdict, analyze_on(w, 1, NULL));
		w->json = true;
		rounds_add(&r->json, analyze_on(w, 1, NULL));
		if (h) {
			t = seconds_worked();
			r->matches = hyper_scan_each(h);
			rounds_add(&r->each, seconds_worked() - t);
			t = seconds_worked();
			hyper_scan_blocks(h);
			rounds_add(&r->blocks, seconds_worked() - t);
		}
		run_on_all_cores();
		rounds_add(&r->two, analyze_on(w, 2, &r->two_wall));
	}
}

static void say(const char *engine, const struct rounds *r, const struct work *w,
		double bytes, const char *ratio, const char *target)
{
	double s = rounds_median(r);

	table_row(engine, ratio, target, "%.0f MB/s [%.0f-%.0f], %.2f M/s",
		  bytes / s / 1e6, bytes / rounds_high(r) / 1e6,
		  bytes / rounds_low(r) / 1e6, (double)w->count / s / 1e6);
}

static void report(const struct results *r, const struct work *w, const struct hyper *h,
		   const char *name, const char *target)
{
	double bytes = (double)bytes_of(w->lines, w->count), n = (double)w->count;
	double one = rounds_median(&r->json), each = rounds_median(&r->each);
	double best = rounds_median(&r->blocks) < each ? rounds_median(&r->blocks) : each;
	struct work counted = *w;

	table_title("Analysis, %s: %zu comments of %.0f bytes", name, w->count,
		    bytes / n);
	say("opinia, verdict and JSON, 1 core", &r->json, w, bytes, "1",
	    ">= 250 MB/s, >= 1.2 M/s");
	say("opinia, verdict without JSON, 1 core", &r->verdict, w, bytes,
	    ratio_text(one, rounds_median(&r->verdict)), "");
	say("opinia, verdict and JSON, 2 cores", &r->two, w, bytes,
	    ratio_text(one, rounds_median(&r->two)), "linear (2x)");
	say("   the same by the clock on the wall", &r->two_wall, w, bytes,
	    ratio_text(one, rounds_median(&r->two_wall)), "");
	if (h) {
		say("Hyperscan finding only, a call a comment", &r->each, w, bytes,
		    ratio_text(each, one), "");
		say("Hyperscan finding only, 64 KiB a call", &r->blocks, w, bytes,
		    ratio_text(rounds_median(&r->blocks), one), "");
		table_row("opinia : best Hyperscan", ratio_text(best, one), target,
			  "without JSON %s",
			  ratio_text(best, rounds_median(&r->verdict)));
	}
	analyze_part(&counted);
	table_note("a comment: %.1f evidence, %.2f topics, %.3f personal data, %.0f "
		   "bytes of JSON",
		   (double)counted.evidence / n, (double)counted.topics / n,
		   (double)counted.pii / n, (double)counted.out_bytes / n);
	if (h)
		table_note("Hyperscan: %zu literals compiled in %.1f s; %.1f of %.1f "
			   "tokens a "
			   "comment hit",
			   hyper_literals(h), hyper_compile_seconds(h),
			   (double)r->matches / n, (double)hyper_tokens(h) / n);
}

int main(int argc, char **argv)
{
	const char *overlay = argument(argc, argv, "overlay", NULL);
	const char *folders[] = { argument(argc, argv, "folder", "lexicons"), overlay,
				  NULL };
	long once = argument_number(argc, argv, "once", LONG_MAX);
	struct opinia_analyzer *a;
	struct err err = ERR_NONE;
	struct results r = { .matches = 0 };
	struct work w = { .json = true };
	struct hyper *h = NULL;
	size_t limit;

	must(opinia_analyzer_open(&a, argument(argc, argv, "lexicon", "opinia.lex"),
				  &err),
	     &err);
	w.a = a;
	w.lines = cut_lines(read_whole(argument(argc, argv, "text", "comments.txt")),
			    &w.count);
	limit = (size_t)argument_number(argc, argv, "limit", (long)w.count);
	w.count = limit < w.count ? limit : w.count;
	if (once != LONG_MAX) {
		w.count = (size_t)once < w.count ? (size_t)once : w.count;
		analyze_part(&w);
		opinia_analyzer_close(a);
		return 0;
	}
	if (strcmp(argument(argc, argv, "peer", "yes"), "yes") == 0) {
		h = hyper_make(a, folders);
		hyper_feed(h, a, w.lines, w.count);
	}
	run_rounds(&r, &w, h, argument_number(argc, argv, "rounds", 5));
	report(&r, &w, h, argument(argc, argv, "name", "own lexicon"),
	       argument(argc, argv, "target", ""));
	opinia_analyzer_close(a);
	return 0;
}
