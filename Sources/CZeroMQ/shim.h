/* libzmq 4.3.4 (libzmq3-dev), and the two Linux headers that Glibc's module map leaves out. */
#include <sys/eventfd.h>
#include <sys/un.h>
#include <zmq.h>
