#include <streams/streams.hpp>

#include <iostream>

streams::Pipeline shout();

int main() { std::cout << streams::to_text(shout().graph("shout")); }
