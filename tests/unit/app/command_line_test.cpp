#include "app/command_line.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/module.hpp>

#include "app/exit_code.hpp"

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() {
    adapters_.resize(2);
    adapters_[0].name = "kafka";
    adapters_[0].about = "Apache Kafka";
    adapters_[0].version = "2.15.1";
    adapters_[1].name = "local";
  }

  CommandLine parse(const std::vector<std::string>& arguments) {
    return parse_command_line(arguments, runner_);
  }

  std::string error(const std::vector<std::string>& arguments) {
    try {
      parse_command_line(arguments, runner_);
    } catch (const CommandLineError& fault) {
      return fault.what();
    }
    return "";
  }

  std::vector<AdapterFactory> adapters_;
  ProgramShape runner_{"streams-runner", true, &adapters_};
  ProgramShape own_program_{"orders", false, &adapters_};
};

TEST_F(CommandLineTest, RunsTheApplicationWithTheFirstAdapterByDefault) {
  const CommandLine line = parse({"--config", "x.yaml", "x.cpp"});
  EXPECT_EQ(line.command, Command::run);
  EXPECT_EQ(line.application, "x.cpp");
  EXPECT_EQ(line.config, "x.yaml");
  EXPECT_EQ(line.adapter, "kafka");
  EXPECT_EQ(line.segment_id, std::nullopt);
  EXPECT_EQ(line.log_level, LogLevel::info);
}

TEST_F(CommandLineTest, TakesTheFlagsOfTheOriginalRunner) {
  const CommandLine line =
      parse({"-n", "billing", "-l", "warning", "-a", "local", "--config", "x.yaml", "-s", "2", "x.so"});
  EXPECT_EQ(line.name, "billing");
  EXPECT_EQ(line.log_level, LogLevel::warning);
  EXPECT_EQ(line.adapter, "local");
  EXPECT_EQ(line.segment_id, 2u);
}

TEST_F(CommandLineTest, TopNeedsTheAddressOfARunAndNoDeployment) {
  const CommandLine line = parse({"top", "--http", ":8080", "--once"});
  EXPECT_EQ(line.command, Command::top);
  EXPECT_TRUE(line.once);
  ASSERT_TRUE(line.http);
  EXPECT_EQ(line.http->port, 8080);
  EXPECT_THAT(error({"top"}), HasSubstr("top needs --http"));
  EXPECT_THAT(error({"top", "--http", ":0"}), HasSubstr("top needs --http"));
  EXPECT_EQ(error({"--config", "x.yaml", "--once"}), "--once belongs to the command `top`");
}

TEST_F(CommandLineTest, TapTakesTheNameOfAStepAndNeedsTheAddressOfARun) {
  const CommandLine line = parse({"tap", "--http", ":8080", "plan", "--limit", "5"});
  EXPECT_EQ(line.command, Command::tap);
  EXPECT_EQ(line.tapped, "plan");
  EXPECT_EQ(line.limit, 5U);
  EXPECT_EQ(error({"tap", "parser"}),
            "tap needs --http [HOST]:PORT, the address that the run was started with or says in its log");
  EXPECT_EQ(error({"tap", "--http", ":8080"}),
            "tap needs the name of a step: `tap --http :8080 parser`; `top --http :8080` names all of them");
  EXPECT_EQ(error({"--config", "x", "--limit", "5"}), "--limit belongs to the commands `tap` and `dlq`");
}

TEST_F(CommandLineTest, OnlyARunWithPagesCanAllowTap) {
  EXPECT_FALSE(parse({"--config", "x", "--http", ":0"}).allow_tap);
  EXPECT_TRUE(parse({"--config", "x", "--http", ":0", "--allow-tap"}).allow_tap);
  EXPECT_EQ(error({"--config", "x", "--allow-tap"}),
            "--allow-tap needs --http [HOST]:PORT, where `tap` would ask");
  EXPECT_EQ(error({"top", "--http", ":8080", "--allow-tap"}), "--allow-tap belongs to the command `run`");
}

TEST_F(CommandLineTest, TakesTheAddressOfARunAsTheRunPrintsIt) {
  const CommandLine line = parse({"top", "--http", "http://[::1]:8080/"});
  ASSERT_TRUE(line.http);
  EXPECT_EQ(line.http->host, "::1");
  EXPECT_EQ(line.http->port, 8080);
}

TEST_F(CommandLineTest, TakesAValueInTheSameWord) {
  const CommandLine line = parse({"--config=x.yaml", "-s3", "--seed=a=b=c", "--embedded-kafka"});
  EXPECT_EQ(line.config, "x.yaml");
  EXPECT_EQ(line.segment_id, 3u);
  ASSERT_EQ(line.seeds.size(), 1u);
  EXPECT_EQ(line.seeds[0].topic, "a");
  EXPECT_EQ(line.seeds[0].file, "b=c");
}

TEST_F(CommandLineTest, EndingsTellApplicationsFromCommands) {
  for (const char* application : {"x.cpp", "a/x.cc", "./x.so"}) {
    const CommandLine line = parse({"plan", application, "--config", "x.yaml"});
    EXPECT_EQ(line.command, Command::plan);
    EXPECT_EQ(line.application, application);
  }
}

TEST_F(CommandLineTest, WhatStandsBehindTwoDashesIsTheCompilers) {
  const CommandLine line = parse({"--config", "x.yaml", "x.cpp", "--", "gen/x.pb.cc", "-Igen", "--help"});
  EXPECT_THAT(line.compile_arguments, ElementsAre("gen/x.pb.cc", "-Igen", "--help"));
  EXPECT_EQ(line.command, Command::run);
}

TEST_F(CommandLineTest, LogLevelsDoNotCareForUpperCase) {
  EXPECT_EQ(parse({"-l", "Debug", "--config", "x"}).log_level, LogLevel::debug);
  EXPECT_EQ(parse({"-l", "CRITICAL", "--config", "x"}).log_level, LogLevel::error);
}

TEST_F(CommandLineTest, TheDummyAdapterMeansPlan) {
  EXPECT_EQ(parse({"-a", "dummy", "--config", "x.yaml"}).command, Command::plan);
  EXPECT_EQ(parse({"-a", "dummy", "run", "--config", "x.yaml"}).command, Command::plan);
  EXPECT_EQ(parse({"-a", "dummy", "validate", "--config", "x.yaml"}).command, Command::validate);
  EXPECT_EQ(parse({"--help", "-a", "dummy"}).command, Command::help);
  EXPECT_EQ(parse({"-a", "dummy", "--config", "x.yaml"}).adapter, "kafka");
}

TEST_F(CommandLineTest, TheOriginalsAdaptersAreKafkaWithOneWarning) {
  for (const char* name : {"arroyo", "rust_arroyo"}) {
    const CommandLine line = parse({"--adapter", name, "--config", "x.yaml"});
    EXPECT_EQ(line.adapter, "kafka");
    EXPECT_THAT(line.warnings, ElementsAre(HasSubstr(name)));
  }
}

TEST_F(CommandLineTest, HelpAndVersionNeedNothingElse) {
  EXPECT_EQ(parse({"--help"}).command, Command::help);
  EXPECT_EQ(parse({"plan", "-h"}).command, Command::help);
  EXPECT_EQ(parse({"--version"}).command, Command::version);
}

TEST_F(CommandLineTest, OnlyTheGraphNeedsNoDeployment) {
  EXPECT_TRUE(parse({"plan", "--graph", "x.cpp"}).graph_only);
  EXPECT_THAT(error({"plan", "x.cpp"}), HasSubstr("--config is missing"));
  EXPECT_THAT(error({"plan", "--graph"}), HasSubstr("needs an application"));
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string text;
};

TEST_F(CommandLineTest, PagesAreServedWhereItSaysAndNowhereWithoutIt) {
  EXPECT_FALSE(parse({"--config", "x.yaml", "x.cpp"}).http);
  const CommandLine here = parse({"--config", "x.yaml", "--http", ":8080", "x.cpp"});
  ASSERT_TRUE(here.http);
  EXPECT_EQ(here.http->host, "127.0.0.1");
  EXPECT_EQ(here.http->port, 8080);
  EXPECT_EQ(parse({"--config", "x.yaml", "--http=0.0.0.0:80", "x.cpp"}).http->host, "0.0.0.0");
  EXPECT_THAT(error({"--config", "x.yaml", "--http", "8080", "x.cpp"}),
              HasSubstr("--http 8080: write [HOST]:PORT, such as :8080"));
}

TEST_F(CommandLineTest, EachMistakeSaysHowToMendIt) {
  const std::vector<Mistake> mistakes{
      {{"--confg", "x"}, "--confg: there is no such flag; did you mean --config?"},
      {{"-x"}, "-x: there is no such flag"},
      {{"--config"}, "--config needs a value: --config FILE"},
      {{"--config="}, "--config has an empty value: --config FILE"},
      {{"--graph=yes"}, "--graph takes no value"},
      {{"plann", "--config", "x"},
       "plann: there is no such command; it is one of run, plan, validate, top, tap, manifests, dlq; did you "
       "mean "
       "plan? "
       "(an application ends in .cpp, .cc, .so)"},
      {{"plan", "run", "--config", "x"}, "run: there is already a command, plan"},
      {{"a.cpp", "b.cpp", "--config", "x"},
       "b.cpp: there is already an application, a.cpp; further sources stand behind `--`"},
      {{"-s", "one"},
       "--segment-id one: this is no number; it counts the entries of `pipeline.segments` from 0"},
      {{"-s", "-1"},
       "--segment-id -1: this is no number; it counts the entries of `pipeline.segments` from 0"},
      {{"-a", "kafak"},
       "--adapter kafak: there is no such adapter; this program has kafka, local, dummy; did you mean "
       "kafka?"},
      {{"-l", "loud"},
       "--log-level loud: there is no such value; it is one of DEBUG, INFO, WARNING, ERROR, CRITICAL"},
      {{"--log-format", "jsn"},
       "--log-format jsn: there is no such value; it is one of text, json; did you mean json?"},
      {{"--seed", "topic"},
       "--seed topic: write TOPIC=FILE; each line of the file becomes one record of the topic"},
      {{"--config", "x", "--tail", "t"}, "--tail needs --embedded-kafka: it reads from no other broker"},
      {{"--config", "x", "--seed", "t=f"}, "--seed needs --embedded-kafka: it writes to no other broker"},
      {{"--config", "x", "--embedded-kafka", "--until-idle"},
       "--until-idle needs --embedded-kafka and --seed: it waits until the seeded records are done"},
      {{"--config", "x", "--graph"}, "--graph belongs to the command `plan`"},
      {{"validate", "--config", "x", "--format", "dot"}, "--format belongs to the command `plan`"},
      {{"x.cpp"},
       "--config is missing: the deployment says which brokers, topics and threads; `streams-runner --help` "
       "has examples"},
  };
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error(mistake.arguments), mistake.text);
}

TEST_F(CommandLineTest, ReadsWhatToDoWithDeadLettersAndWithWhich) {
  const CommandLine line = parse({"dlq",
                                  "redrive",
                                  "--config",
                                  "x.yaml",
                                  "x.cpp",
                                  "--source",
                                  "in",
                                  "--step",
                                  "parser",
                                  "--error",
                                  "parse",
                                  "--message",
                                  "byte",
                                  "--since",
                                  "2h",
                                  "--until",
                                  "2026-01-31",
                                  "--partition",
                                  "1",
                                  "--offset",
                                  "10..19",
                                  "--limit",
                                  "5",
                                  "--rate",
                                  "100/s",
                                  "--dry-run",
                                  "--max-attempts",
                                  "7",
                                  "--at-least-once",
                                  "--json"});
  EXPECT_EQ(line.command, Command::dlq);
  EXPECT_EQ(line.dlq.action, DlqAction::redrive);
  EXPECT_EQ(line.application, "x.cpp");
  EXPECT_EQ(line.dlq.source, "in");
  EXPECT_EQ(line.dlq.since, "2h");
  EXPECT_EQ(line.dlq.until, "2026-01-31");
  EXPECT_TRUE(line.dlq.json);
  const dlq::RedriveOptions& redrive = line.dlq.redrive;
  EXPECT_EQ(redrive.filter.step, "parser");
  EXPECT_EQ(redrive.filter.error, "parse");
  EXPECT_EQ(redrive.filter.message, "byte");
  EXPECT_EQ(redrive.filter.partition, 1);
  EXPECT_EQ(redrive.filter.offsets, std::pair(std::int64_t{10}, std::int64_t{19}));
  EXPECT_EQ(redrive.limit, 5u);
  EXPECT_EQ(redrive.rate, 100.0);
  EXPECT_TRUE(redrive.dry_run);
  EXPECT_EQ(redrive.max_attempts, 7);
  EXPECT_TRUE(redrive.at_least_once);
}

TEST_F(CommandLineTest, OneOffsetIsEnoughAndTheEndMayBeOpen) {
  const auto offsets = [&](const char* text) {
    return parse({"dlq", "list", "--config", "x", "--offset", text}).dlq.redrive.filter.offsets;
  };
  EXPECT_EQ(offsets("7"), std::pair(std::int64_t{7}, std::int64_t{7}));
  EXPECT_EQ(offsets("7.."), std::pair(std::int64_t{7}, std::numeric_limits<std::int64_t>::max()));
}

TEST_F(CommandLineTest, EachMistakeAboutDeadLettersSaysHowToMendIt) {
  const std::vector<Mistake> mistakes{
      {{"dlq", "--config", "x"},
       "dlq: say what to do with the dead letters: `dlq list`, `dlq show` or `dlq redrive`"},
      {{"dlq", "lst", "--config", "x"},
       "dlq lst: there is no such command; it is one of list, show, redrive; did you mean list?"},
      {{"dlq", "list", "show", "--config", "x"},
       "show: there is no such command; it is one of run, plan, validate, top, tap, manifests, dlq (an "
       "application ends in "
       ".cpp, "
       ".cc, "
       ".so)"},
      {{"plan", "--config", "x", "--step", "a"}, "--step belongs to the command `dlq`"},
      {{"dlq", "list", "--config", "x", "--payload"}, "--payload belongs to `dlq show`"},
      {{"dlq", "show", "--config", "x", "--dry-run"}, "--dry-run belongs to `dlq redrive`"},
      {{"dlq", "list", "--config", "x", "--embedded-kafka"},
       "--embedded-kafka belongs to the command `run`: its broker is gone with its process"},
      {{"dlq", "list", "--error", "prse"},
       "--error prse: there is no such value; it is one of parse, function, serialize, header, produce; did "
       "you mean "
       "parse?"},
      {{"dlq", "list", "--since", "yesterday"},
       "--since yesterday: write a time in UTC, 2026-01-31T12:00:00, or how long ago, 2h or 30m"},
      {{"dlq", "list", "--partition", "-1"}, "--partition -1: write a whole number from 0 on"},
      {{"dlq", "list", "--limit", "0"}, "--limit 0: write a whole number from 1 on"},
      {{"dlq", "list", "--offset", "9..3"},
       "--offset 9..3: write one offset of the dead letter topic, or the first and the last: 100..199"},
      {{"dlq", "redrive", "--rate", "fast"}, "--rate fast: write records in a second: 100/s"},
      {{"dlq", "redrive", "--rate", "0/s"}, "--rate 0/s: write records in a second: 100/s"},
      {{"dlq", "redrive", "--max-attempts", "0"}, "--max-attempts 0: write a whole number from 1 on"},
  };
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error(mistake.arguments), mistake.text);
}

TEST_F(CommandLineTest, ManifestsHaveTheirOwnFlags) {
  const CommandLine line = parse({"manifests",
                                  "--config",
                                  "x",
                                  "--image",
                                  "shop:1",
                                  "--service",
                                  "shop",
                                  "--replicas",
                                  "3",
                                  "--with-canary",
                                  "--namespace",
                                  "prod",
                                  "--container-name",
                                  "runner",
                                  "--cpu",
                                  "1500m",
                                  "--memory",
                                  "1Gi",
                                  "--no-http",
                                  "--deployment-template",
                                  "d.yaml",
                                  "--container-template",
                                  "c.yaml",
                                  "--patch",
                                  "p.yaml",
                                  "/srv/shop.so"});
  EXPECT_EQ(line.command, Command::manifests);
  EXPECT_EQ(line.application, "/srv/shop.so");
  const ManifestsOptions& options = line.manifests;
  EXPECT_EQ(options.image, "shop:1");
  EXPECT_EQ(options.service, "shop");
  EXPECT_EQ(options.replicas, 3U);
  EXPECT_TRUE(options.canary);
  EXPECT_EQ(options.name_space, "prod");
  EXPECT_EQ(options.container_name, "runner");
  EXPECT_EQ(options.cpu, "1500m");
  EXPECT_EQ(options.memory, "1Gi");
  EXPECT_TRUE(options.without_http);
  EXPECT_EQ(options.deployment_template, "d.yaml");
  EXPECT_EQ(options.container_template, "c.yaml");
  EXPECT_EQ(options.patch, "p.yaml");
}

TEST_F(CommandLineTest, AMistakeAboutManifestsIsSaidBeforeAnythingIsRead) {
  const std::vector<std::string> begin{"manifests", "--config", "x", "--image", "shop:1"};
  const std::vector<Mistake> mistakes{
      {{"--cpu", "1.5m"}, "--cpu 1.5m: write cores or millicores: 2, 0.5 or 500m"},
      {{"--memory", "512MiB"}, "--memory 512MiB: write an amount as Kubernetes does: 512Mi or 2Gi"},
      {{"--replicas", "-1"}, "--replicas -1: write a whole number from 0 on"},
      {{"--with-canary"}, "--with-canary needs --replicas of 2 or more: the canary is one of them"},
      {{"--no-http", "--http", ":80"}, "--no-http and --http exclude each other"},
      {{"--http", ":0"}, "--http needs a port that is known before the pod starts: :8080"},
      {{"--embedded-kafka"},
       "--embedded-kafka belongs to the command `run`: each pod would have a broker of its own"},
      {{"--", "x.pb.cc"},
       "`--` leads in sources and flags of the compiler, and `manifests` compiles nothing"},
  };
  for (const Mistake& mistake : mistakes) {
    std::vector<std::string> arguments = begin;
    arguments.insert(arguments.end(), mistake.arguments.begin(), mistake.arguments.end());
    EXPECT_EQ(error(arguments), mistake.text);
  }
  EXPECT_EQ(error({"manifests", "--config", "x"}),
            "manifests needs --image IMAGE: the image that holds the pipeline; docs/operations/kubernetes.md "
            "shows how "
            "it is built");
  EXPECT_EQ(error({"manifests", "--config", "x", "--image", "a b"}),
            "--image a b: the name of an image has no spaces");
  EXPECT_EQ(error({"plan", "--config", "x", "--image", "shop:1"}),
            "--image belongs to the command `manifests`");
}

TEST_F(CommandLineTest, AProgramWithItsOwnPipelineTakesNoOther) {
  EXPECT_THROW(parse_command_line({"--config", "x", "y.so"}, own_program_), CommandLineError);
  EXPECT_THROW(parse_command_line({"--config", "x", "--", "y.cpp"}, own_program_), CommandLineError);
  EXPECT_TRUE(parse_command_line({"plan", "--graph"}, own_program_).graph_only);
}

TEST_F(CommandLineTest, TheHelpNamesEveryCommandFlagAdapterAndExitCode) {
  const std::string help = help_text(runner_);
  for (const char* word :
       {"plan", "validate", "dlq", "redrive", "--max-attempts N", "manifests", "--image IMAGE",
        "--config FILE", "-s, --segment-id N", "--embedded-kafka", "--seed TOPIC=FILE", "--tail TOPIC",
        "--until-idle", "kafka", "local", "XDG_CACHE_HOME", "POD_NAME", "Examples:"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
  for (const ExitCodeText& code : kExitCodes) EXPECT_THAT(help, HasSubstr(std::string(code.text)));
  EXPECT_THAT(help_text(own_program_), ::testing::Not(HasSubstr("APPLICATION")));
}

TEST_F(CommandLineTest, TheVersionNamesAbiAndAdapters) {
  const std::string version = version_text(runner_);
  EXPECT_THAT(version, HasSubstr(std::string("module ABI ") + module::abi_tag()));
  EXPECT_THAT(version, HasSubstr("adapter kafka 2.15.1\n"));
  EXPECT_THAT(version, HasSubstr("adapter local\n"));
}

TEST(ExitCodeTest, TheNumbersAreAPromise) {
  for (std::size_t index = 0; index < kExitCodes.size(); ++index) {
    EXPECT_EQ(static_cast<std::size_t>(kExitCodes[index].code), index);
  }
}

}  // namespace
}  // namespace streams::runtime
