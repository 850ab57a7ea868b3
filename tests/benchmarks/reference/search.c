/* What the compiled loops of access15/core/walk/kernels are held against: the same searches in C.
 *
 * Nodes wait in buckets of some seconds, arcs lie interleaved, whether an arc is a better way is
 * never branched on. Costs are exact doubles, cutoffs inclusive; answers are those of the loops.
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { double cost_s; uint32_t to, edge; } Arc;
typedef struct { double cost_s; uint32_t node; int32_t next; } Waiting;
typedef struct { const int64_t *indptr; const Arc *arcs; int64_t n_nodes; double per_s; int64_t n_buckets; } Graph;
typedef struct { Waiting *waiting; int32_t *first; uint64_t room; } Queue;

static Queue open_queue(const Graph *graph)
{
    Queue queue = {malloc(4096 * sizeof(Waiting)), malloc(graph->n_buckets * sizeof(int32_t)), 4096};
    memset(queue.first, 0xff, graph->n_buckets * sizeof(int32_t));
    return queue;
}

static void close_queue(Queue *queue)
{
    free(queue->waiting);
    free(queue->first);
}

static inline uint64_t put_if(int is_better, Waiting *waiting, uint64_t n_put, int32_t *first,
                              double per_s, uint64_t mask, uint32_t node, double cost_s)
{
    uint64_t bucket = (uint64_t)(int64_t)(cost_s * per_s) & mask;
    int32_t before = first[bucket];
    waiting[n_put] = (Waiting){cost_s, node, before};
    first[bucket] = is_better ? (int32_t)n_put : before;
    return n_put + is_better;
}

static inline void make_room(Queue *queue, uint64_t needed)
{
    if (__builtin_expect(needed > queue->room, 0)) {
        queue->room = 2 * needed;
        queue->waiting = realloc(queue->waiting, queue->room * sizeof(Waiting));
    }
}

/* Settle all nodes within the cutoff of one; lists them in `touched`, returns how many. */
static uint64_t search(const Graph *graph, uint32_t source, double cutoff_s, Queue *queue,
                       double *cost_s, uint32_t *touched)
{
    uint64_t mask = graph->n_buckets - 1, n_put = 0, n_taken = 0, n_touched = 0;
    int64_t number = 0;
    const double per_s = graph->per_s;
    const Arc *arcs = graph->arcs;
    const int64_t *indptr = graph->indptr;
    int32_t *first = queue->first;
    cost_s[source] = 0.0;
    touched[n_touched++] = source;
    n_put = put_if(1, queue->waiting, n_put, first, per_s, mask, source, 0.0);
    while (n_taken < n_put) {
        uint64_t bucket = (uint64_t)number & mask;
        while (first[bucket] >= 0) {
            int64_t entry = first[bucket];
            first[bucket] = -1;
            while (entry >= 0) {
                double here_s = queue->waiting[entry].cost_s;
                uint32_t node = queue->waiting[entry].node;
                entry = queue->waiting[entry].next;
                n_taken++;
                int64_t begin = indptr[node], end = indptr[node + 1];
                if (here_s != cost_s[node])
                    end = begin;
                make_room(queue, n_put + (end - begin) + 1);
                Waiting *waiting = queue->waiting;
                for (int64_t i = begin; i < end; i++) {
                    uint32_t to = arcs[i].to;
                    double there_s = here_s + arcs[i].cost_s, before_s = cost_s[to];
                    int is_better = (there_s < before_s) & (there_s <= cutoff_s);
                    cost_s[to] = is_better ? there_s : before_s;
                    touched[n_touched] = to;
                    n_touched += is_better & (before_s == INFINITY);
                    n_put = put_if(is_better, waiting, n_put, first, per_s, mask, to, there_s);
                }
            }
        }
        number++;
    }
    return n_touched;
}

typedef struct {
    const Graph *graph;
    const int64_t *sources;
    int64_t from, to;
    double cutoff_s;
    int64_t *counts;
    int32_t *nodes;
    double *times_s;
    int64_t n, room;
} Part;

static void *reach_part(void *argument)
{
    Part *part = argument;
    const Graph *graph = part->graph;
    Queue queue = open_queue(graph);
    double *cost_s = malloc(graph->n_nodes * sizeof(double));
    uint32_t *touched = malloc((graph->n_nodes + 1) * sizeof(uint32_t));
    for (int64_t i = 0; i < graph->n_nodes; i++)
        cost_s[i] = INFINITY;
    for (int64_t s = part->from; s < part->to; s++) {
        uint64_t n = search(graph, part->sources[s], part->cutoff_s, &queue, cost_s, touched);
        if (part->n + (int64_t)n > part->room) {
            part->room = 2 * (part->n + n);
            part->nodes = realloc(part->nodes, part->room * sizeof(int32_t));
            part->times_s = realloc(part->times_s, part->room * sizeof(double));
        }
        for (uint64_t i = 0; i < n; i++) {
            uint32_t node = touched[i];
            part->nodes[part->n + i] = node;
            part->times_s[part->n + i] = cost_s[node];
            cost_s[node] = INFINITY;
        }
        part->counts[s] = n;
        part->n += n;
    }
    free(cost_s);
    free(touched);
    close_queue(&queue);
    return NULL;
}

/* Nodes within the cutoff of each source; `counts` per source, returns all rows as two arrays. */
int64_t reach(const int64_t *indptr, const Arc *arcs, int64_t n_nodes, double per_s,
              int64_t n_buckets, const int64_t *sources, int64_t n_sources, double cutoff_s,
              int64_t threads, int64_t *counts, int32_t **nodes, double **times_s)
{
    Graph graph = {indptr, arcs, n_nodes, per_s, n_buckets};
    Part *parts = calloc(threads, sizeof(Part));
    pthread_t *running = calloc(threads, sizeof(pthread_t));
    int64_t n = 0;
    for (int64_t t = 0; t < threads; t++) {
        parts[t] = (Part){&graph, sources, n_sources * t / threads, n_sources * (t + 1) / threads,
                          cutoff_s, counts, NULL, NULL, 0, 0};
        if (threads > 1)
            pthread_create(&running[t], NULL, reach_part, &parts[t]);
        else
            reach_part(&parts[t]);
    }
    for (int64_t t = 0; t < threads; t++) {
        if (threads > 1)
            pthread_join(running[t], NULL);
        n += parts[t].n;
    }
    *nodes = parts[0].nodes;
    *times_s = parts[0].times_s;
    if (threads > 1) {
        *nodes = realloc(*nodes, n * sizeof(int32_t));
        *times_s = realloc(*times_s, n * sizeof(double));
        int64_t at = parts[0].n;
        for (int64_t t = 1; t < threads; t++) {
            memcpy(*nodes + at, parts[t].nodes, parts[t].n * sizeof(int32_t));
            memcpy(*times_s + at, parts[t].times_s, parts[t].n * sizeof(double));
            free(parts[t].nodes);
            free(parts[t].times_s);
            at += parts[t].n;
        }
    }
    free(parts);
    free(running);
    return n;
}

void hand_back(void *rows)
{
    free(rows);
}

typedef struct { double cost_s; int32_t source; uint32_t begin; } Label;

/* Per node, seconds to the nearest source and which; equal times go to the lower source. */
void nearest(const int64_t *indptr, const Arc *arcs, int64_t n_nodes, double per_s,
             int64_t n_buckets, const int64_t *sources, int64_t n_sources, double *cost_s,
             int64_t *source)
{
    Graph graph = {indptr, arcs, n_nodes, per_s, n_buckets};
    Queue queue = open_queue(&graph);
    Label *label = malloc((n_nodes + 1) * sizeof(Label));
    uint64_t mask = n_buckets - 1, n_put = 0, n_taken = 0;
    int64_t number = 0;
    int32_t *first = queue.first;
    for (int64_t i = 0; i <= n_nodes; i++)
        label[i] = (Label){INFINITY, -1, (uint32_t)indptr[i]};
    make_room(&queue, 2 * n_nodes + n_sources);
    for (int64_t i = 0; i < n_sources; i++)
        if (label[sources[i]].cost_s > 0.0) {
            label[sources[i]].cost_s = 0.0;
            label[sources[i]].source = i;
            n_put = put_if(1, queue.waiting, n_put, first, per_s, mask, sources[i], 0.0);
        }
    while (n_taken < n_put) {
        uint64_t bucket = (uint64_t)number & mask;
        while (first[bucket] >= 0) {
            int64_t entry = first[bucket];
            first[bucket] = -1;
            while (entry >= 0) {
                double here_s = queue.waiting[entry].cost_s;
                uint32_t node = queue.waiting[entry].node;
                entry = queue.waiting[entry].next;
                n_taken++;
                int32_t which = label[node].source;
                uint64_t begin = label[node].begin, end = label[node + 1].begin;
                if (here_s != label[node].cost_s)
                    end = begin;
                make_room(&queue, n_put + (end - begin) + 1);
                Waiting *waiting = queue.waiting;
                for (uint64_t i = begin; i < end; i++) {
                    uint32_t to = arcs[i].to;
                    double there_s = here_s + arcs[i].cost_s, before_s = label[to].cost_s;
                    int32_t before = label[to].source;
                    int is_better = (there_s < before_s) | ((there_s == before_s) & (which < before));
                    label[to].cost_s = is_better ? there_s : before_s;
                    label[to].source = is_better ? which : before;
                    n_put = put_if(is_better, waiting, n_put, first, per_s, mask, to, there_s);
                }
            }
        }
        number++;
    }
    for (int64_t i = 0; i < n_nodes; i++) {
        cost_s[i] = label[i].cost_s;
        source[i] = label[i].source;
    }
    free(label);
    close_queue(&queue);
}
