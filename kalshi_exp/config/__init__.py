"""The schema of `conf/`: data only, so that a mistake is answered before anything heavy loads."""

from kalshi_exp.config.actions import Actions, Placement
from kalshi_exp.config.algorithm import PPO
from kalshi_exp.config.command_line import JobFailed, answer, job
from kalshi_exp.config.compose import CONF, chosen, compose, recompose
from kalshi_exp.config.curriculum import FoundationPhase, FullPhase, PatternsPhase, Phase
from kalshi_exp.config.data import Data, Split, SplitBy, SyntheticData, TapeData, TwinsData
from kalshi_exp.config.detector import Detector, LearnedDetector, RuleDetector
from kalshi_exp.config.errors import ConfigError
from kalshi_exp.config.experiment import SETS, TREES, Experiment, Groups
from kalshi_exp.config.explain import explain
from kalshi_exp.config.features import (
    ActivityFeatures,
    AlgorithmFeatures,
    AnchorFeatures,
    BookFeatures,
    CrossMarketFeatures,
    FeatureGroup,
    OrderFeatures,
    PortfolioFeatures,
    VolatilityFeatures,
)
from kalshi_exp.config.fill import (
    Delay,
    DepthFill,
    Fees,
    Fill,
    HazardCoefficients,
    HazardFill,
    Impact,
    Latency,
    LatencyShape,
    MakerFees,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
    Rounding,
)
from kalshi_exp.config.logger import CsvLogger, Logger, WandbLogger, WandbMode
from kalshi_exp.config.policy import Activation, Policy
from kalshi_exp.config.reward import (
    AnchorTimingReward,
    CrossMarketReward,
    DrawdownReward,
    PatternReward,
    PortfolioReward,
    PredictabilityReward,
    RewardTerm,
    RiskAdjustedReward,
    VolatilityPositionReward,
)
from kalshi_exp.config.run_directory_name import register_unique
from kalshi_exp.config.scenario import Belief, Informed, Maker, Noise, Scenario
from kalshi_exp.config.schemas import SCHEMAS, register
from kalshi_exp.config.snapshot import config_hash, resolved_yaml
from kalshi_exp.config.suited import SUITED, fitted, register_suited
from kalshi_exp.config.sweep import Job, SweepBegun
from kalshi_exp.config.task import (
    BenchTask,
    CalibrateFit,
    CalibrateTask,
    EvaluateReport,
    EvaluateTask,
    IngestTask,
    RealismReport,
    RealismTask,
    SimulateTask,
    Task,
    TrainTask,
)
from kalshi_exp.config.trainer import Trainer
from kalshi_exp.config.typed import typed
from kalshi_exp.config.world import Clock, Decision, ExchangeWorld, TapeWorld, World

register()
register_unique()
register_suited()

__all__ = [
    "CONF",
    "PPO",
    "SCHEMAS",
    "SETS",
    "SUITED",
    "TREES",
    "Actions",
    "Activation",
    "AnchorTimingReward",
    "ActivityFeatures",
    "AlgorithmFeatures",
    "AnchorFeatures",
    "Belief",
    "BenchTask",
    "BookFeatures",
    "CalibrateFit",
    "CalibrateTask",
    "Clock",
    "ConfigError",
    "CrossMarketFeatures",
    "CrossMarketReward",
    "CsvLogger",
    "Data",
    "Decision",
    "Delay",
    "DepthFill",
    "Detector",
    "DrawdownReward",
    "EvaluateReport",
    "EvaluateTask",
    "ExchangeWorld",
    "Experiment",
    "FeatureGroup",
    "Fees",
    "Fill",
    "HazardCoefficients",
    "HazardFill",
    "FoundationPhase",
    "FullPhase",
    "Groups",
    "Impact",
    "Informed",
    "IngestTask",
    "Job",
    "JobFailed",
    "Latency",
    "LearnedDetector",
    "LatencyShape",
    "Logger",
    "Maker",
    "MakerFees",
    "Noise",
    "OldFill",
    "OrderFeatures",
    "PatternReward",
    "PatternsPhase",
    "Phase",
    "Placement",
    "Policy",
    "PortfolioFeatures",
    "PortfolioReward",
    "PredictabilityReward",
    "ProbabilisticFill",
    "QueueFill",
    "QueuePosition",
    "RealismReport",
    "RealismTask",
    "RewardTerm",
    "RiskAdjustedReward",
    "Rounding",
    "RuleDetector",
    "Scenario",
    "SimulateTask",
    "Split",
    "SplitBy",
    "SweepBegun",
    "SyntheticData",
    "TapeData",
    "TapeWorld",
    "Task",
    "TrainTask",
    "TwinsData",
    "Trainer",
    "VolatilityFeatures",
    "VolatilityPositionReward",
    "WandbLogger",
    "WandbMode",
    "World",
    "answer",
    "chosen",
    "compose",
    "config_hash",
    "explain",
    "job",
    "recompose",
    "register",
    "resolved_yaml",
    "typed",
    "fitted",
]
