#include <libpq-fe.h>
// What Swift's Glibc module leaves out.
#include <sys/eventfd.h>
