"""Samples a second of the dense BatchTopK training loop of overcomplete (KempnerInstitute, MIT) on a CUDA GPU.

Uses overcomplete's own `BatchTopKSAE` and `train_sae` where that package can be imported, and otherwise the same operations
written out: linear encoder and ReLU, threshold of the batch by torch.topk, dictionary normalised in place, squared error and
reanimation, gradient clipping, Adam. The batches lie on the GPU before the clock starts. Prints one line of JSON.

    python overcomplete_loop.py --d 512 --concepts 4096 --k 32 --batch 4096
"""

import argparse
import json
import time

import torch


class BatchTopK(torch.nn.Module):
    """overcomplete's BatchTopKSAE: `top_k` codes of the whole batch, a unit dictionary with one learnt multiplier."""

    def __init__(self, d, concepts, top_k, device):
        super().__init__()
        self.encoder = torch.nn.Linear(d, concepts, device=device)
        self.weights = torch.nn.Parameter(torch.randn(concepts, d, device=device))
        self.multiplier = torch.nn.Parameter(torch.zeros((), device=device))
        self.top_k = top_k
        self.running_threshold = None

    def get_dictionary(self):
        with torch.no_grad():
            norms = torch.linalg.vector_norm(self.weights, dim=-1, keepdim=True)
            self.weights.data = self.weights / torch.clamp(norms, min=1e-12)
        return self.weights * torch.exp(self.multiplier)

    def forward(self, x):
        pre_codes = self.encoder(x)
        codes = torch.relu(pre_codes)
        threshold = torch.topk(codes.view(-1), self.top_k)[0][-1]
        if self.running_threshold is None:
            self.running_threshold = threshold.detach()
        else:
            self.running_threshold = 0.9 * self.running_threshold + 0.1 * threshold.detach()
        z = codes * (codes >= threshold).float().detach()
        return pre_codes, z, z @ self.get_dictionary()


def criterion(x, x_hat, pre_codes, codes, _dictionary):
    """Squared error and reanimation, as in overcomplete's README."""
    mse = (x - x_hat).square().mean()
    dead = ((codes > 0).sum(dim=0) == 0).float().detach()
    return mse - (pre_codes * dead[None, :]).mean() * 1e-3


def train(model, batches, optimizer):
    """One pass, as overcomplete's train_sae does it without monitoring."""
    model.train()
    for (x,) in batches:
        optimizer.zero_grad()
        pre_codes, z, x_hat = model(x)
        loss = criterion(x, x_hat, pre_codes, z, model.get_dictionary())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("d", 512), ("concepts", 4096), ("k", 32), ("batch", 4096), ("steps", 100), ("warmup", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("torch has no CUDA device")
    torch.manual_seed(0)
    device = "cuda"
    top_k = args.k * args.batch

    try:
        from overcomplete.sae import BatchTopKSAE
        from overcomplete.sae.train import train_sae
    except ImportError:
        source = "the same operations"
        model = BatchTopK(args.d, args.concepts, top_k, device)

        def run(batches, optimizer):
            train(model, batches, optimizer)
    else:
        source = "overcomplete"
        encoder = torch.nn.Linear(args.d, args.concepts, device=device)

        class Encoder(torch.nn.Module):
            """Linear and ReLU, the loop's encoder without normalisation layers."""

            def __init__(self):
                super().__init__()
                self.linear = encoder

            def forward(self, x):
                pre = self.linear(x)
                return pre, torch.relu(pre)

        model = BatchTopKSAE(args.d, nb_concepts=args.concepts, top_k=top_k, encoder_module=Encoder(), device=device)

        def run(batches, optimizer):
            train_sae(model, batches, criterion, optimizer, nb_epochs=1, clip_grad=1.0, monitoring=0, device=device)

    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
    rows = torch.randn(4 * args.batch, args.d, device=device)

    def batches(count):
        return [(rows[torch.randperm(len(rows), device=device)[: args.batch]],) for _ in range(count)]

    def samples_per_second():
        run(batches(args.warmup), optimizer)
        some = batches(args.steps)
        torch.cuda.synchronize()
        before = time.perf_counter()
        run(some, optimizer)
        torch.cuda.synchronize()
        return args.steps * args.batch / (time.perf_counter() - before)

    # Torch's default for float32 products, and the one that trades their last bits for the matrix units.
    exact = samples_per_second()
    torch.set_float32_matmul_precision("high")
    tf32 = samples_per_second()
    print(
        json.dumps(
            {
                "device": torch.cuda.get_device_name(),
                "torch": torch.__version__,
                "loop": source,
                "samplesPerSecond": exact,
                "samplesPerSecondTf32": tf32,
            }
        )
    )


if __name__ == "__main__":
    main()
